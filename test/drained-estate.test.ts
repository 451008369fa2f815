import { expect, test } from 'vitest';
import { type Json, part } from '../local/azure/json.ts';
import { DRAINING, ENFORCING, estate } from '../local/estate/estate.ts';
import { autoscale, fixed } from '../local/estate/parts.ts';
import { parsePoolId } from '../shared/core/model/resource-id.ts';
import { MINUTE } from '../shared/core/model/time.ts';
import { parsePolicy } from '../shared/core/policy/parse-policy.ts';
import { rules } from '../shared/rules/index.ts';
import { Course } from './support/drains/course.ts';
import { inProcessAzure } from './support/drains/in-process-azure.ts';

const START = new Date('2026-11-22T12:00:00Z');

/** The demo's estate at work: what is empty there has two nodes, or is between its jobs. */
function busyEstate() {
  const { pools, ...around } = estate();
  let isIdle = false;
  const busy = pools.map((pool): Json => {
    const properties = part(pool, 'properties');
    const isEmpty = /"targetDedicatedNodes":0,"targetLowPriorityNodes":0/.test(
      JSON.stringify(properties['scaleSettings']),
    );
    isIdle = isEmpty && !isIdle; // every second of them
    const size = isIdle ? autoscale('$TargetDedicatedNodes = 0;') : fixed(2);
    return isEmpty ? { ...pool, properties: { ...properties, ...size } } : pool;
  });
  return { ...around, pools: busy };
}

async function enforced(policy: string) {
  const { accounts, ...around } = busyEstate();
  const azure = inProcessAzure({ accounts, ...around }, START);
  const sizes = new Map(around.pools.map(({ id }) => [String(id), sizeOf(String(id))]));
  function sizeOf(id: string): unknown {
    return part(azure.world.pool(id) ?? {}, 'properties')['scaleSettings'];
  }
  const courses: Course[] = [];
  let looks = 0;
  for (const { id } of accounts) {
    const course = new Course(azure, String(id), parsePolicy(policy, rules));
    courses.push(course);
    looks += await course.rest(5 * MINUTE);
  }
  return { azure, courses, looks, sizes, sizeOf };
}

test('with drains of any pool the estate comes to rest: all is changed that can be, each pool drained at most once', async () => {
  const { azure, courses, looks, sizes, sizeOf } = await enforced(`${ENFORCING}${DRAINING}`);
  expect(azure.guard.violations).toEqual([]);
  for (const [id, size] of sizes) expect(sizeOf(id)).toEqual(size);
  const findings = courses.flatMap(({ kept }) => kept.memory.findings);
  expect(findings.filter(({ status, fix }) => status === 'open' && fix?.kind === 'set-pool')).toEqual([]);
  const drained = courses.flatMap(({ kept }) => kept.rows.map(({ poolId }) => poolId));
  expect(new Set(drained).size).toBe(drained.length);
  expect(drained.length).toBeGreaterThan(3);
  const journal = courses.flatMap(({ kept }) => kept.journal);
  expect(journal.map(({ intent, outcome }) => [intent.resourceId.toLowerCase(), outcome])).toEqual(
    azure.sent.map(({ path }) => [path.toLowerCase(), 'applied']),
  );
  console.log(`drained estate: ${drained.length} pools, ${journal.length} writes, ${looks} looks`);
});

test('with drains of idle pools only pools without nodes are touched', async () => {
  const { azure, sizes, sizeOf } = await enforced(`${ENFORCING}drains: { max: 1 }\n`);
  for (const [id, size] of sizes) expect(sizeOf(id)).toEqual(size);
  const toPools = azure.sent.filter(({ path }) => parsePoolId(path) !== null);
  expect(toPools.filter(({ nodes }) => nodes > 0)).toEqual([]);
  expect(toPools.length).toBeGreaterThan(3);
  console.log(`idle drains: ${toPools.length} writes to pools`);
});
