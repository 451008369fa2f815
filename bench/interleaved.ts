import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as PoolCodec from '../shared/azure/codec/pool-codec.ts';
import type * as Facets from '../shared/core/model/facet.ts';
import type * as Evaluate from '../shared/core/policy/evaluate.ts';
import type * as PolicyModule from '../shared/core/policy/policy.ts';
import type * as RuleList from '../shared/rules/index.ts';
import { compliantPool, estates } from './estates.ts';

/*
 * One run in a process of its own: `node --expose-gc bench/interleaved.ts BEFORE`, where BEFORE is a folder with the code as it was.
 * Both codes do the same in turn, so that whatever else the machine does meets both. Prints, as JSON, for each goal the
 * CPU microseconds before and after and the quartiles of their ratios.
 */

const [before = ''] = process.argv.slice(2);
const now = new Date('2026-11-22T12:00:00Z');
/** As many pools as one account of the estates has. */
const POOLS_EACH = 20;
const ROUNDS = 40;
/** They are not counted: code is compiled in them. */
const WARM_UP = 12;
const bodies = [...estates(150, POOLS_EACH)];
const openPools = bodies.flatMap(({ pools }) => pools);
const compliantPools = Array.from({ length: 3000 }, (_, n) => compliantPool(n));

type Work = Record<'violating' | 'compliant' | 'decode', { readonly times: number; readonly run: () => void }>;

async function workOf(root: string): Promise<Work> {
  const code = (path: string): Promise<unknown> => import(pathToFileURL(join(root, path)).href);
  // That code has the same functions, of the same types.
  const { decodePool } = (await code('shared/azure/codec/pool-codec.ts')) as typeof PoolCodec;
  const { evaluate } = (await code('shared/core/policy/evaluate.ts')) as typeof Evaluate;
  const { builtInPolicy } = (await code('shared/core/policy/policy.ts')) as typeof PolicyModule;
  const { noFacets } = (await code('shared/core/model/facet.ts')) as typeof Facets;
  const { rules } = (await code('shared/rules/index.ts')) as typeof RuleList;
  const policy = builtInPolicy(rules);

  // An account that could not be read: only its pools are judged.
  const looks = (all: readonly unknown[], isWanted: (violated: readonly string[]) => boolean) => {
    const look = {
      accountId: bodies[0]?.account['id'] as string, // made with one
      account: { unknown: { code: 'not-shown', message: 'not read' } as const },
      complete: true,
      problems: [],
      facets: noFacets('not read'),
    };
    const wanted = all
      .map((body) => decodePool(body, 'all'))
      .filter((pool) => {
        const verdicts = evaluate({ ...look, pools: [pool] }, policy, now).filter(({ rule }) => rule.scope === 'pool');
        // What takes a reading beside the bodies is unknown: none is here.
        const violated = verdicts.filter(({ outcomes }) => outcomes.some((outcome) => !('unknown' in outcome)));
        return isWanted(violated.map(({ rule }) => rule.id));
      });
    const whole = Array.from({ length: Math.floor(wanted.length / POOLS_EACH) }, (_, i) => ({
      ...look,
      pools: wanted.slice(i * POOLS_EACH, (i + 1) * POOLS_EACH),
    }));
    if (whole.length === 0) throw new Error('no such pool');
    const run = () => {
      for (const snapshot of whole) evaluate(snapshot, policy, now);
    };
    return { times: whole.length * POOLS_EACH, run };
  };

  return {
    violating: looks(openPools, (violated) => violated.includes('pool-remote-access')),
    compliant: looks(compliantPools, (violated) => violated.length === 0),
    decode: {
      times: openPools.length,
      run() {
        for (const body of openPools) decodePool(body, 'all');
      },
    },
  };
}

/** CPU microseconds of each of its doings. */
function spent({ times, run }: Work['decode']): number {
  // Each clears away its own garbage, not what the other left. A whole collection would throw away compiled code too.
  globalThis.gc?.({ type: 'minor' });
  const begun = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / times;
}

function quantile(values: readonly number[], part: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * part)] ?? Number.NaN;
}

const old = await workOf(before);
const today = await workOf(join(import.meta.dirname, '..'));

function compare(what: keyof Work) {
  const olds: number[] = [];
  const news: number[] = [];
  for (let round = 0; round < WARM_UP + ROUNDS; round++) {
    // Each goes first every other time.
    const first = round % 2 === 0 ? spent(old[what]) : null;
    const after = spent(today[what]);
    const pair = first ?? spent(old[what]);
    if (round < WARM_UP) continue;
    olds.push(pair);
    news.push(after);
  }
  const ratios = news.map((value, i) => value / (olds[i] ?? Number.NaN));
  return {
    what,
    times: today[what].times,
    before: quantile(olds, 0.5),
    after: quantile(news, 0.5),
    ratio: [quantile(ratios, 0.25), quantile(ratios, 0.5), quantile(ratios, 0.75)],
  };
}

process.stdout.write(`${JSON.stringify((['violating', 'compliant', 'decode'] as const).map(compare))}\n`);
