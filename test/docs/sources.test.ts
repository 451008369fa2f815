import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { NatRule } from '../../shared/core/model/nat-pool.ts';
import { DOCUMENTS } from '../../shared/core/policy/source.ts';
import { rules } from '../../shared/rules/index.ts';
import { poolRemoteAccess } from '../../shared/rules/pool-remote-access.ts';
import { aPool, natPool, SUBNET_ID, securityRule, snapshotOf } from '../support/snapshots.ts';

const PAGE = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'sources.md'), 'utf8');
const COMMANDS = /`batch-warden (\w+)`/g;
const RULE = /\(rules\/([a-z-]+)\.md/g;

/** The part of the page about each document, by its name. */
const SECTIONS = new Map(
  PAGE.split(/^## /m)
    .slice(1)
    .map((text) => [text.slice(0, text.indexOf('\n')), text]),
);

function rowsOf(section: string): { readonly sentence: string; readonly answer: string }[] {
  const rows = [...section.matchAll(/^\| ([^|]+) \| ([^|]+) \|$/gm)];
  return rows.slice(1).map(([, sentence = '', answer = '']) => ({ sentence, answer }));
}

function rulesIn(text: string): string[] {
  return [...text.matchAll(RULE)].flatMap(([, id]) => id ?? []);
}

test('each document has its section, and each section as many sentences as it says', () => {
  expect([...SECTIONS.keys()].toSorted()).toEqual(Object.keys(DOCUMENTS).toSorted());
  const counted = [...SECTIONS].map(([name, text]) => ({
    name,
    says: Number(/\b(\d+)\s+sentences\./.exec(text)?.[1]),
    has: rowsOf(text).length,
  }));
  const total = counted.reduce((sum, { has }) => sum + has, 0);
  console.log(`sources: ${total} sentences; ${counted.map(({ name, has }) => `${name} ${has}`).join(', ')}`);
  expect(counted.filter(({ says, has }) => says !== has)).toEqual([]);
  expect(total).toBeGreaterThan(80);
});

test('each sentence has a rule, a page or a command that answers it, or why it is not seen', () => {
  const rows = [...SECTIONS.values()].flatMap(rowsOf);
  const isAnswered = (answer: string) =>
    /\]\((?:rules\/|[a-z-]+\.md)/.test(answer) ||
    /`batch-warden \w+`/.test(answer) ||
    /Not seen, because \S/.test(answer);
  expect(rows.filter(({ answer }) => !isAnswered(answer))).toEqual([]);
  expect(
    rows.filter(({ answer }) => /not seen/i.test(answer) && !/not seen, because|is not seen/i.test(answer)),
  ).toEqual([]);
  expect(new Set(rows.map(({ sentence }) => sentence)).size).toBe(rows.length);
});

test('the rules and commands that are named exist, and each rule stands under its documents', () => {
  const ids = rules.map(({ id }) => id);
  expect(rulesIn(PAGE).filter((id) => !ids.includes(id))).toEqual([]);
  const commands = [...PAGE.matchAll(COMMANDS)].flatMap(([, name]) => name ?? []);
  expect(new Set(commands)).toEqual(new Set(['scan', 'explain']));
  const missing = rules.flatMap(({ id, sources }) =>
    sources
      .filter((source) => SECTIONS.has(source) && !rulesIn(SECTIONS.get(source) ?? '').includes(id))
      .map((source) => `${id}: ${source}`),
  );
  expect(missing).toEqual([]);
});

describe('the four examples of pool-endpoints', () => {
  const deny = (sourceAddressPrefix: string) => securityRule({ priority: 3000, sourceAddressPrefix });
  const allow = (sourceAddressPrefix: string) => securityRule({ priority: 170, access: 'Allow', sourceAddressPrefix });

  function verdict(rules: readonly NatRule[], subnetId: string | null, allowed: readonly string[] = []): string {
    const pool = aPool({ subnetId, endpoints: [natPool({ rules })] });
    const options = poolRemoteAccess.options.parse({ allow: allowed });
    const outcomes = poolRemoteAccess.check(pool, {
      options,
      snapshot: snapshotOf({ pools: [pool] }),
      now: new Date(0),
    });
    const [first] = outcomes;
    if (first === undefined) return 'complies';
    return 'unknown' in first ? 'unknown' : (first.severity ?? poolRemoteAccess.severity);
  }

  test.each<[string, NatRule[], string | null, string]>([
    ['deny all', [deny('*')], SUBNET_ID, 'complies'],
    ['deny the internet', [deny('Internet')], null, 'complies'],
    ['deny the internet, in a virtual network', [deny('Internet')], SUBNET_ID, 'medium'],
    ['allow one address', [allow('198.51.100.7'), deny('*')], null, 'critical'],
  ])('%s', (_, rules, subnetId, expected) => {
    expect(verdict(rules, subnetId)).toBe(expected);
  });

  test('those that let somebody in comply once that is allowed', () => {
    const network = [allow('192.168.1.0/24'), deny('*')];
    expect(verdict(network, SUBNET_ID)).not.toBe('complies');
    expect(verdict(network, SUBNET_ID, ['192.168.1.0/24'])).toBe('complies');
    expect(verdict([allow('198.51.100.7'), deny('*')], SUBNET_ID, ['198.51.100.7'])).toBe('complies');
  });
});
