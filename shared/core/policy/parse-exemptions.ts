import { quoted } from '../model/found.ts';
import { parsePoolId } from '../model/resource-id.ts';
import { type Exemption, exemptionKey, standingOf } from './exemption.ts';
import { untilInWords } from './exemption-words.ts';
import { ExemptionsDocument, Expires, exemptionsSchema, Resource, Scope } from './exemptions-document.ts';
import { type Fault, faultsOf } from './faults-of.ts';
import { readDocument } from './read-document.ts';
import type { Rule } from './rule.ts';

const WORDS = {
  name: 'the file of exemptions',
  oneOfIts: 'a file of exemptions',
  smallest: 'without exemptions, leave the file out or write "exemptions: []"',
};

/**
 * The exemptions in a text. What ended more than 30 days before `now` is a fault: whoever keeps them parsed, parses them
 * again then.
 * @throws PolicyError, which names line and column of each fault
 */
export function parseExemptions(text: string, rules: readonly Rule[], now: Date): readonly Exemption[] {
  const value = readDocument(
    text,
    (read) => [...faultsOf(read, exemptionsSchema(rules)), ...between(read, rules, now)],
    WORDS,
  );
  return ExemptionsDocument.parse(value).exemptions.flatMap(({ rule, resource, scope, owner, reason, expires }) => {
    const covers = resource === undefined ? scope && { scope } : { resource };
    return covers === undefined ? [] : [{ rule, covers, owner, reason, until: expires }];
  });
}

/** What is wrong between the parts of entries, as far as these are right by themselves: none hides the faults of another. */
function between(value: unknown, rules: readonly Rule[], now: Date): Fault[] {
  const { exemptions } = Object(value);
  if (!Array.isArray(exemptions)) return [];
  const taken = new Map<string, number>();
  return exemptions.flatMap((entry: unknown, index) => {
    if (!isMap(entry)) return [];
    const path = ['exemptions', index];
    const rule = rules.find(({ id }) => id === entry['rule']);
    const faults = [...inCovers(entry, path, rule), ...inExpires(entry, path, now)];
    const covers = coversOf(entry);
    if (rule === undefined || covers === null) return faults;
    const key = exemptionKey(rule.id, covers);
    const first = taken.get(key);
    if (first === undefined) taken.set(key, index);
    else
      faults.push({
        path,
        message: () => `the same rule and the same ${Object.keys(covers)[0]} as exemptions.${first}: keep one of them`,
      });
    return faults;
  });
}

type Entry = Readonly<Record<string, unknown>>;

function isMap(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Null where it has none, both, or one that is not right. */
function coversOf({ resource, scope }: Entry): Exemption['covers'] | null {
  if (resource !== undefined && scope !== undefined) return null;
  const named = Resource.safeParse(resource).data;
  if (named !== undefined) return { resource: named };
  const fitting = Scope.safeParse(scope).data;
  return fitting === undefined ? null : { scope: fitting };
}

function inCovers(entry: Entry, path: Fault['path'], rule: Rule | undefined): Fault[] {
  const { resource, scope } = entry;
  if (resource === undefined && scope === undefined) return [{ path, message: () => NEITHER }];
  if (resource !== undefined && scope !== undefined) return [{ path: [...path, 'scope'], message: () => BOTH }];
  const covers = coversOf(entry);
  if (covers === null) return [];
  if ('scope' in covers) {
    const { pool } = covers.scope;
    if (Object.values(covers.scope).every((pattern) => pattern === undefined))
      return [{ path: [...path, 'scope'], message: () => EMPTY }];
    if (rule?.scope !== 'account' || pool === undefined || pool === '*') return [];
    return [{ path: [...path, 'scope', 'pool'], message: () => `${rule.id} judges accounts: leave pool out` }];
  }
  const isPool = parsePoolId(covers.resource) !== null;
  if (rule === undefined || isPool === (rule.scope === 'pool')) return [];
  const here = isPool ? 'a pool' : 'an account; for all pools of an account, use a scope';
  const message = () => `${rule.id} judges ${rule.scope}s, and this is the id of ${here}`;
  return [{ path: [...path, 'resource'], message }];
}

const NEITHER = 'must have a resource (the ARM id of an account or of a pool) or a scope; it has none of both';
const BOTH = 'must not stand beside a resource: one of both says what is exempt';
const EMPTY =
  'must name a subscription, resourceGroup, account or pool; a rule that is for nobody is off in the policy';

function inExpires({ expires }: Entry, path: Fault['path'], now: Date): Fault[] {
  const until = Expires.safeParse(expires).data;
  if (until === undefined || standingOf({ until }, now) !== 'stale') return [];
  const message = () =>
    `it ended at ${untilInWords(until)}, more than 30 days ago (${quoted(String(expires))}): take the exemption out, or give it a date to come`;
  return [{ path: [...path, 'expires'], message }];
}
