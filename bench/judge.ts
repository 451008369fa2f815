import { Ajv } from 'ajv';
import { decodeAccount } from '../shared/azure/codec/account-codec.ts';
import { decodePool } from '../shared/azure/codec/pool-codec.ts';
import { noFacets } from '../shared/core/model/facet.ts';
import type { Snapshot } from '../shared/core/model/snapshot.ts';
import { evaluate } from '../shared/core/policy/evaluate.ts';
import { parsePolicy } from '../shared/core/policy/parse-policy.ts';
import { builtInPolicy } from '../shared/core/policy/policy.ts';
import { rules } from '../shared/rules/index.ts';
import { type AccountBodies, compliantPool, estates } from './estates.ts';

/*
 * One run in a process of its own: `node bench/judge.ts ACCOUNTS POOLS`. Accounts stream by: bodies are made, parsed,
 * judged and dropped. Prints nanoseconds of CPU, as medians of the accounts, and bytes as JSON.
 */

const [accounts = 1000, poolsEach = 20] = process.argv.slice(2).map(Number);
const now = new Date('2026-11-22T12:00:00Z');
const everyRule = parsePolicy(`rules: { ${rules.map(({ id }) => `${id}: audit`).join(', ')} }`, rules);
const defaults = builtInPolicy(rules);
const isAadOnly = new Ajv().compile({
  type: 'object',
  required: ['properties'],
  properties: {
    properties: {
      type: 'object',
      required: ['allowedAuthenticationModes'],
      properties: { allowedAuthenticationModes: { type: 'array', items: { const: 'AAD' }, minItems: 1, maxItems: 1 } },
    },
  },
});

/** CPU nanoseconds of each account. */
const spent = {
  parse: [] as number[],
  judge: [] as number[],
  judgeAccounts: [] as number[],
  defaultRules: [] as number[],
  compliant: [] as number[],
  schema: [] as number[],
};
const compliant = Array.from({ length: poolsEach }, (_, n) => decodePool(compliantPool(n), 'all'));
let outcomes = 0;
let peakHeap = 0;

function timed<T>(what: keyof typeof spent, work: () => T): T {
  const begun = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(begun);
  spent[what].push((user + system) * 1000);
  return result;
}

function parse({ account, pools }: AccountBodies): Snapshot {
  const known = decodeAccount(account, 'all');
  return {
    accountId: known.id,
    account: { known },
    pools: pools.map((body) => decodePool(body, 'all')),
    complete: true,
    problems: [],
    facets: noFacets('not read'),
  };
}

function look(bodies: AccountBodies): void {
  const snapshot = timed('parse', () => parse(bodies));
  const verdicts = timed('judge', () => evaluate(snapshot, everyRule, now));
  timed('judgeAccounts', () => evaluate({ ...snapshot, pools: [] }, everyRule, now));
  timed('defaultRules', () => evaluate(snapshot, defaults, now));
  timed('compliant', () => evaluate({ ...snapshot, pools: compliant }, defaults, now));
  // Too short for the clock of the CPU; as often as there are pools, so that the other clock costs nothing.
  const begun = process.hrtime.bigint();
  for (const _ of bodies.pools) isAadOnly(bodies.account);
  spent.schema.push(Number(process.hrtime.bigint() - begun));
  outcomes += verdicts.reduce((sum, verdict) => sum + verdict.outcomes.length, 0);
}

for (const bodies of estates(200, poolsEach)) look(bodies);
for (const values of Object.values(spent)) values.length = 0;
outcomes = 0;
let seen = 0;
for (const bodies of estates(accounts, poolsEach)) {
  look(bodies);
  seen += 1;
  if (seen % 50 === 0) peakHeap = Math.max(peakHeap, process.memoryUsage().heapUsed);
}

function median(what: keyof typeof spent): number {
  return spent[what].toSorted((a, b) => a - b)[Math.floor(spent[what].length / 2)] ?? Number.NaN;
}

const perPool = (what: keyof typeof spent) => (median(what) - median('judgeAccounts')) / poolsEach;
process.stdout.write(
  `${JSON.stringify({
    accounts,
    pools: accounts * poolsEach,
    rules: rules.length,
    outcomes,
    parsePool: median('parse') / poolsEach,
    judgePool: perPool('judge'),
    judgeAccount: median('judgeAccounts'),
    defaultRulesPool: perPool('defaultRules'),
    compliantPool: perPool('compliant'),
    schemaCheck: median('schema') / poolsEach,
    peakHeap,
    peakRss: process.resourceUsage().maxRSS * 1024,
  })}\n`,
);
