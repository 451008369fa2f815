import { Ajv } from 'ajv';
import { decodeAccount } from '../shared/azure/codec/account-codec.ts';
import { decodePool } from '../shared/azure/codec/pool-codec.ts';
import { noFacets } from '../shared/core/model/facet.ts';
import type { Snapshot } from '../shared/core/model/snapshot.ts';
import { evaluate } from '../shared/core/policy/evaluate.ts';
import { parsePolicy } from '../shared/core/policy/parse-policy.ts';
import { builtInPolicy } from '../shared/core/policy/policy.ts';
import { rules } from '../shared/rules/index.ts';
import { type AccountBodies, estates } from './estates.ts';

/*
 * One run in a process of its own: `node bench/judge.ts ACCOUNTS POOLS`. Accounts stream by: bodies are made, parsed,
 * judged and dropped. Prints nanoseconds and bytes as JSON.
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

const spent = { parse: 0, judge: 0, judgeAccounts: 0, defaultRules: 0, schema: 0 };
let outcomes = 0;
let peakHeap = 0;

function timed<T>(what: keyof typeof spent, work: () => T): T {
  const begun = process.hrtime.bigint();
  const result = work();
  spent[what] += Number(process.hrtime.bigint() - begun);
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
  // As often as there are pools, so that the clock costs nothing.
  timed('schema', () => {
    for (const _ of bodies.pools) isAadOnly(bodies.account);
  });
  outcomes += verdicts.reduce((sum, verdict) => sum + verdict.outcomes.length, 0);
}

for (const bodies of estates(200, poolsEach)) look(bodies);
for (const what of Object.keys(spent) as (keyof typeof spent)[]) spent[what] = 0; // the keys of the literal above
outcomes = 0;
let seen = 0;
for (const bodies of estates(accounts, poolsEach)) {
  look(bodies);
  seen += 1;
  if (seen % 50 === 0) peakHeap = Math.max(peakHeap, process.memoryUsage().heapUsed);
}

const pools = accounts * poolsEach;
process.stdout.write(
  `${JSON.stringify({
    accounts,
    pools,
    rules: rules.length,
    outcomes,
    parsePool: spent.parse / pools,
    judgePool: (spent.judge - spent.judgeAccounts) / pools,
    judgeAccount: spent.judgeAccounts / accounts,
    defaultRulesPool: (spent.defaultRules - spent.judgeAccounts) / pools,
    schemaCheck: spent.schema / pools,
    peakHeap,
    peakRss: process.resourceUsage().maxRSS * 1024,
  })}\n`,
);
