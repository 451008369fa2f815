import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { NatPool, NatRule } from '../../../shared/core/model/nat-pool.ts';
import type { Pool } from '../../../shared/core/model/pool.ts';
import { parsePrefix } from '../../../shared/core/reachability/address-prefix.ts';
import { endpointFixes } from '../../../shared/core/reachability/endpoint-fix.ts';
import { reachOf } from '../../../shared/core/reachability/exposure.ts';
import { openPorts } from '../../../shared/core/reachability/open-ports.ts';
import { parseRules, serviceTagsOf } from '../../../shared/core/reachability/parsed-rule.ts';
import { familiesOf } from '../../../shared/core/reachability/pool-senders.ts';
import { everyone, type SenderSet } from '../../../shared/core/reachability/sender-set.ts';
import { runs } from '../../support/runs.ts';
import {
  isUnclosed,
  letsIn,
  names,
  type PlainRule,
  ruleSets,
  type Sender,
  type Source,
  sendersAround,
  sidesOf,
  sources,
  toRule,
} from '../../support/security-reference.ts';
import { aPool, natPool, SUBNET_ID } from '../../support/snapshots.ts';

const ALL = { judged: () => true, assumeMapped: undefined };
const BOTH = ['internet', 'virtual network'] as const;
const counted = { ruleSets: 0, senders: 0, pools: 0, open: 0, fixed: 0, notSaid: 0, examples: 0 };

afterAll(() => console.log('exposure:', JSON.stringify(counted)));

function contains(set: SenderSet, { side, family, tag, address, port }: Sender): boolean {
  return set.some(
    (box) =>
      box.side === side &&
      box.family === family &&
      box.tag === tag &&
      box.addresses.first <= address &&
      address <= box.addresses.last &&
      box.ports.first <= port &&
      port <= box.ports.last,
  );
}

function prefixes(list: readonly Source[]) {
  return list.map(({ text }) => {
    const prefix = parsePrefix(text);
    if (prefix === null) throw new Error(`the generator wrote an unreadable prefix: ${text}`);
    return prefix;
  });
}

describe('a source prefix', () => {
  it.each([
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::ffff:cb00:7107', '203.0.113.7'],
    ['::ffff:203.0.113.9/120', '203.0.113.0/24'],
    ['2001:DB8::7/32', '2001:db8::/32'],
  ])('%s is the range %s', (text, canonical) => {
    expect(parsePrefix(text)).toMatchObject({ kind: 'range', text: canonical });
  });

  it.each([
    ['*', 'any'],
    ['INTERNET', 'internet'],
    ['virtualNetwork', 'virtual-network'],
    ['azureloadbalancer', 'load-balancer'],
    ['Storage.WestEurope', 'tag'],
    ['abc', 'tag'],
  ])('%s is %s', (text, kind) => {
    expect(parsePrefix(text)).toMatchObject({ kind, text });
  });

  it.each([
    '',
    ' ',
    '10.0.0.300',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0',
    '10',
    '010.0.0.1',
  ])('%j is none', (text) => {
    expect(parsePrefix(text)).toBeNull();
  });

  it.each([
    '10.0.0.1-10.0.0.9',
    '10.0.0.1,10.0.0.2',
    '::ffff:10.0.0.0/90',
    '::1.2.3.4',
    'fe80::1%eth0',
    '2001:db8::/129',
    '1::2::3',
  ])('%j is none either', (text) => {
    expect(parsePrefix(text)).toBeNull();
  });
});

describe('who reaches a NAT pool', () => {
  it('is what the rules say of every single sender', () => {
    fc.assert(
      fc.property(ruleSets(1, 8), fc.boolean(), fc.boolean(), ([rules = []], subnet, hasIpv6) => {
        const families = familiesOf({ hasIpv6 });
        const sides = sidesOf({ subnetId: subnet ? SUBNET_ID : null });
        const parsedRules = parseRules(rules.map(toRule));
        if (!('known' in parsedRules)) throw new Error(parsedRules.unknown.message);
        const tags = serviceTagsOf(prefixes([...rules.map(({ source }) => source), ...ALL_TAGS]));
        const { admissions, unclosed } = reachOf(parsedRules.known, everyone(sides, families, tags));
        counted.ruleSets += 1;
        for (const sender of sendersAround(rules, [], sides, families).filter(({ tag }) => tag === null)) {
          counted.senders += 1;
          const by = letsIn(rules, sender);
          const expected = by === null ? [] : [by === 'none' ? null : by.priority];
          const actual = admissions
            .filter(({ senders }) => contains(senders, sender))
            .map((one) => one.by?.priority ?? null);
          const isLeft = unclosed.some(({ senders }) => contains(senders, sender));
          if (isLeft !== isUnclosed(rules, sender)) fail(`${show(sender)} is left to Azure: ${isLeft}`);
          if (JSON.stringify(actual) !== JSON.stringify(expected))
            fail(`${show(sender)}: ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`);
        }
      }),
      { numRuns: runs(6000) },
    );
    expect(counted.senders).toBeGreaterThan(counted.ruleSets);
  });
});

const ALL_TAGS: readonly Source[] = [{ text: 'Storage' }, { text: 'AzureCloud.westeurope' }];

describe('a fix of endpoint rules', () => {
  const pools = fc.record({
    ruleSets: ruleSets(3, 5),
    allow: fc.array(sources, { maxLength: 3 }),
    subnet: fc.boolean(),
    interNode: fc.boolean(),
    hasIpv6: fc.boolean(),
    oldPool: fc.boolean(),
  });

  it('closes the ports to all outsiders and to no one else', () => {
    fc.assert(
      fc.property(pools, ({ ruleSets, allow, subnet, interNode, hasIpv6, oldPool }) => {
        const pool = aPool({
          subnetId: subnet ? SUBNET_ID : null,
          interNodeCommunication: interNode,
          hasIpv6,
          creationTime: new Date(oldPool ? '2023-01-01T00:00:00Z' : '2026-01-01T00:00:00Z'),
          endpoints: ruleSets.map((rules, i) => natPoolOf(i, rules)),
        });
        checkFix(pool, ruleSets, allow);
      }),
      { numRuns: runs(5000) },
    );
    expect(counted.fixed).toBeGreaterThan(counted.pools);
    expect(counted.notSaid, 'fixes left to a person').toBeLessThan(counted.fixed / 20);
  });
});

/** The i-th NAT pool; none is on the default port. */
function natPoolOf(i: number, rules: readonly PlainRule[]): NatPool {
  return natPool({
    name: `nat${i}`,
    backendPort: 5000 + i,
    frontendPortRangeStart: 49800 + 101 * i - (i > 1 ? 9900 : 0),
    frontendPortRangeEnd: 49900 + 101 * i - (i > 1 ? 9900 : 0),
    rules: rules.map(toRule),
  });
}

function checkFix(pool: Pool, before: readonly PlainRule[][], allow: readonly Source[]): void {
  const { open, tags } = openPorts(pool, { ...ALL, allow: prefixes(allow) });
  const fixes = endpointFixes(pool, open, { allow: prefixes(allow), tags });
  counted.pools += 1;
  const isAllowed = (sender: Sender) => allow.some((source) => names(source, sender));
  const sides = sidesOf(pool);
  const families = familiesOf(pool);

  for (const { port, fix } of fixes) {
    counted.open += 1;
    const rules = before[port.backendPort - 5000] ?? [];
    const { side, family, tag, address, ports } = port.example;
    for (const end of [ports.first, ports.last]) {
      // Of a service tag's address no more is known than that there may be one.
      const possible = (tag === null ? [] : sendersAround(rules, allow, sides, families)).filter(
        (one) => one.tag === tag && one.family === family && BigInt(one.port) === end,
      );
      const found = [...possible, { side, family, tag, address, port: Number(end) }].some((one) => {
        const by = letsIn(rules, one);
        const priority = by === null || by === 'none' ? by : by.priority;
        const getsIn = port.isAdmitted
          ? priority === (port.example.by?.priority ?? 'none')
          : priority === null && isUnclosed(rules, one);
        return getsIn && !isAllowed(one);
      });
      if (!found)
        fail(
          `the example is allowed, or does not get in: ${JSON.stringify([port.path, show({ ...port.example, port: Number(end) })])}`,
        );
      counted.examples += 1;
    }
    if (fix.kind === 'manual' && !(pool.interNodeCommunication && side === 'virtual network')) counted.notSaid += 1;
  }
  // No port that the computation calls closed is open for the reference.
  for (const [i, rules] of before.entries()) {
    if (open.some(({ backendPort }) => backendPort === 5000 + i)) continue;
    const intruder = sendersAround(rules, allow, sides, families).find(
      (one) => (letsIn(rules, one) !== null || isUnclosed(rules, one)) && !isAllowed(one),
    );
    if (intruder !== undefined) fail(`not noticed: ${show(intruder)}`);
  }

  const changes = fixes.flatMap(({ fix }) => (fix.kind === 'set-pool' ? [fix] : []));
  const [change] = changes;
  if (change === undefined) return;
  for (const other of changes) expect(other).toEqual(change);
  const after = change.set.endpoints ?? [];
  const fixed = { ...pool, settings: { ...pool.settings, endpoints: after } };
  expectLimits(pool, after);

  const reopened = openPorts(fixed, { ...ALL, allow: prefixes(allow) });
  const again = endpointFixes(fixed, reopened.open, { allow: prefixes(allow), tags });
  expect(again.filter(({ fix }) => fix.kind !== 'manual')).toEqual([]);

  const closed = fixes.flatMap(({ port, fix }) => (fix.kind === 'manual' ? [] : [port.backendPort]));
  for (const natPool of pool.settings.endpoints ?? []) {
    if (closed.includes(natPool.backendPort)) continue;
    const same = after.find(({ name }) => name === natPool.name);
    expect(byPriority(same?.rules ?? [])).toEqual(byPriority(natPool.rules));
  }
  for (const { port, fix } of fixes) {
    if (fix.kind === 'manual') continue;
    counted.fixed += 1;
    const old = before[port.backendPort - 5000] ?? [];
    const entry = after.find(({ backendPort }) => backendPort === port.backendPort);
    const now = (entry?.rules ?? []).map((rule) => toPlain(rule, [...old.map(({ source }) => source), ...allow]));
    // The nodes of an inter-node pool are on some virtual network in any case.
    for (const sender of sendersAround([...old, ...now], allow, pool.interNodeCommunication ? BOTH : sides, families)) {
      const was = letsIn(old, sender) !== null;
      const is = letsIn(now, sender) !== null;
      const kept = sender.tag === null; // service tags have a check of their own
      const spared = pool.interNodeCommunication && sender.side === 'virtual network';
      const tell = () => `${show(sender)} by ${JSON.stringify(old.map(toRule))} -> ${JSON.stringify(entry?.rules)}`;
      if (kept && was && (isAllowed(sender) || spared) && !is) fail(`keeps: ${tell()}`);
      if (is && !isAllowed(sender) && !(spared && was)) fail(`closed: ${tell()}`);
      if (isUnclosed(now, sender) && !isAllowed(sender) && sender.tag === null) fail(`left to Azure: ${tell()}`);
      if (is && !was && sender.side === 'internet' && sender.tag === null) fail(`opens nothing: ${tell()}`);
    }
    expect(now, 'a NAT pool without rules is open').not.toEqual([]);
    expectDeniesKept(old, entry?.rules ?? []);
    expectTagsKept({ old, now, allow, families }, entry?.rules);
  }
}

function byPriority(rules: readonly NatRule[]) {
  return rules.toSorted((a, b) => a.priority - b.priority).map((rule) => ({ ...rule, priority: 0 }));
}

/** Every Deny stays as it was, in its place. */
function expectDeniesKept(old: readonly PlainRule[], rules: readonly NatRule[]): void {
  const denies = byPriority(old.filter(({ access }) => access.toLowerCase() === 'deny').map(toRule));
  expect(
    byPriority(rules).filter(({ unmodelled, access }) => 'of' in unmodelled && access.toLowerCase() === 'deny'),
  ).toEqual(denies);
}

interface Before {
  readonly old: readonly PlainRule[];
  readonly now: readonly PlainRule[];
  readonly allow: readonly Source[];
  readonly families: readonly Sender['family'][];
}

/** A service tag that is allowed as such, and all of which came in other than by a CIDR, still does. */
function expectTagsKept({ old, now, allow, families }: Before, rules: unknown): void {
  const members = sendersAround([...old, ...now], allow, ['internet'], families).filter(({ tag }) => tag !== null);
  for (const [key, all] of Map.groupBy(members, ({ tag, port }) => `${tag} from ${port}`)) {
    const allowed = all.every((one) => allow.some((source) => source.cidr === undefined && names(source, one)));
    const was = all.every((one) => {
      const by = letsIn(old, one);
      return by === 'none' || (by !== null && (by.source.cidr?.length ?? 0) === 0);
    });
    if (allowed && was && all.some((one) => letsIn(now, one) === null))
      fail(`keeps ${key} by ${JSON.stringify(old.map(toRule))} -> ${JSON.stringify(rules)}`);
  }
}

function expectLimits(pool: Pool, after: readonly NatPool[]): void {
  const before = pool.settings.endpoints ?? [];
  const rules = after.flatMap((natPool) => natPool.rules);
  const old = new Set(before.flatMap((natPool) => natPool.rules.map(({ priority }) => priority)));
  expect(rules.length).toBeLessThanOrEqual(25);
  expect(after.length).toBeLessThanOrEqual(5);
  expect(new Set(rules.map(({ priority }) => priority)).size).toBe(rules.length);
  for (const { priority } of rules) {
    if (!old.has(priority)) {
      expect(priority).toBeGreaterThanOrEqual(150);
      expect(priority).toBeLessThanOrEqual(3500);
    }
  }
  for (const natPool of after) {
    const ports = [natPool.frontendPortRangeStart, natPool.frontendPortRangeEnd];
    const was = before.find(({ name }) => name === natPool.name);
    if (was === undefined) {
      expect(ports[1]).toBe((ports[0] ?? 0) + 100);
      expect((ports[1] ?? 0) < 50000 || (ports[0] ?? 0) > 55000).toBe(true);
      for (const { frontendPortRangeStart: from, frontendPortRangeEnd: to } of before)
        expect((ports[1] ?? 0) < from || (ports[0] ?? 0) > to).toBe(true);
    } else {
      expect({ ...natPool, rules: [] }).toEqual({ ...was, rules: [] });
    }
  }
  expect(after.slice(0, before.length).map(({ name }) => name)).toEqual(before.map(({ name }) => name));
}

/** Back from ARM's form: the fix writes only sources that it was given, or words. */
function toPlain(
  { priority, access, sourceAddressPrefix, sourcePortRanges }: NatRule,
  known: readonly Source[],
): PlainRule {
  const text = sourceAddressPrefix.toLowerCase();
  const source = known.find((one) => one.text.toLowerCase() === text || canonical(one) === text) ?? {
    text,
    word: text,
  };
  const ports = sourcePortRanges?.map((range): [number, number] => {
    const [from = 0, to = from] = range.split('-').map(Number);
    return [from, to];
  });
  return { priority, access, source, ports: ports ?? null };
}

function canonical({ text }: Source): string | undefined {
  return parsePrefix(text)?.text.toLowerCase();
}

function fail(why: string): never {
  throw new Error(why);
}

function show({ side, family, tag, address, port }: Sender): string {
  return `${side} ${family} ${tag ?? ''} ${address.toString(16)} port ${port}`;
}
