import type { Snapshot } from './core/model/snapshot.ts';
import { after, SECOND } from './core/model/time.ts';
import { closed } from './core/plan/carry-over.ts';
import { changesSince } from './core/plan/news.ts';
import { type Memory, plan } from './core/plan/plan.ts';
import type { Write } from './core/plan/write.ts';
import { evaluate } from './core/policy/evaluate.ts';
import { facetsNeeded } from './core/policy/facets-needed.ts';
import type { ReconcileMessage } from './messages.ts';
import type { Ports, WriteResult } from './ports.ts';

/** One look at one account: read, judge, save, then write. May run twice, may be cut anywhere. */
export async function reconcile(ports: Ports, { accountId, since }: ReconcileMessage): Promise<void> {
  const look = { event: 'look', account: accountId, correlationId: ports.correlationId } as const;
  const hasSeen = ({ lookedFrom }: Memory) => lookedFrom !== null && lookedFrom > after(since, 5 * SECOND);
  const lookedAlready = () => ports.log({ ...look, result: 'looked-already' });
  if (hasSeen(await ports.load(accountId))) return lookedAlready();
  await using lease = await ports.lease(accountId);
  if (lease === null) {
    ports.log({ ...look, result: 'busy' });
    return ports.enqueueAgain(accountId, since);
  }
  // Again: what was loaded before the lease may lack the outcomes of the look that held it.
  const memory = await ports.load(accountId);
  if (hasSeen(memory)) return lookedAlready();
  const now = ports.now();
  const policy = await ports.policy();
  if ('invalid' in policy) ports.log({ ...look, event: 'policy-invalid', reason: policy.invalid });
  const snapshot = await ports.observe(accountId, (seen) => facetsNeeded(seen, policy));
  if (snapshot === null) {
    const ended = memory.findings.map((finding) =>
      finding.status === 'closed' ? finding : closed(finding, 'the account is gone', now),
    );
    if (!(await ports.gone(accountId, ended, now, memory))) {
      ports.log({ ...look, result: 'overtaken' });
      return ports.enqueueAgain(accountId, since);
    }
    const news = changesSince(memory.findings, ended);
    for (const each of news) ports.log({ ...look, ...each });
    ports.log({ ...look, result: 'gone' });
    return ports.publish(news, now);
  }
  if ('retryAt' in snapshot) {
    ports.log({ ...look, result: 'throttled', wakeAt: snapshot.retryAt.toISOString() });
    if (!(await ports.defer(accountId, snapshot.retryAt, memory))) await ports.enqueueAgain(accountId, since);
    return;
  }
  const verdicts = evaluate(snapshot, policy, now);
  const next = plan({ snapshot, verdicts, memory, policy, now });
  if (!(await ports.save(accountId, next, now, memory))) {
    ports.log({ ...look, result: 'overtaken' });
    return ports.enqueueAgain(accountId, since);
  }
  const news = changesSince(memory.findings, next.findings);
  for (const each of news) ports.log({ ...look, ...each });
  ports.log({
    ...look,
    result: 'looked',
    pools: snapshot.pools.length,
    open: next.findings.filter(({ status }) => status === 'open').length,
    unknown: next.findings.filter(({ status }) => status === 'unknown').length,
    writes: next.writes.length,
    wakeAt: next.wakeAt?.toISOString() ?? null,
    problems: [...snapshot.problems],
  });
  const publishing = ports.publish(news, now); // beside the writes: none waits for a topic that is down
  try {
    if (next.writes.length > 0) {
      await ports.record(accountId, await applyAll(ports, next.writes, snapshot, accountId));
    }
  } finally {
    await publishing;
  }
}

async function applyAll(
  ports: Ports,
  writes: readonly Write[],
  snapshot: Snapshot,
  account: string,
): Promise<WriteResult[]> {
  const results: WriteResult[] = [];
  for (const write of writes) {
    if (ports.signal.aborted) break;
    const outcome = await ports.apply(write, snapshot);
    results.push({ write, outcome, at: ports.now() });
    ports.log({
      event: 'write',
      account,
      correlationId: ports.correlationId,
      resource: write.change.id,
      rule: write.findings.map(({ ruleId }) => ruleId),
      findings: write.findings.map(({ id }) => id),
      settings: Object.keys(write.change.set),
      outcome: outcome.kind,
      reason: 'reason' in outcome ? outcome.reason : null,
      alsoMoved: 'alsoMoved' in outcome ? [...outcome.alsoMoved] : [],
    });
  }
  return results;
}
