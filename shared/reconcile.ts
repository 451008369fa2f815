import { isPast } from './core/model/believed.ts';
import type { Snapshot } from './core/model/snapshot.ts';
import { after } from './core/model/time.ts';
import { closedAll } from './core/plan/carry-over.ts';
import { changesSince, type News } from './core/plan/news.ts';
import type { Plan } from './core/plan/plan.ts';
import type { Limits } from './core/policy/limits.ts';
import { type ReconcileMessage, UNTIL_SHOWN } from './messages.ts';
import { type PlanPorts, planLook, seeAccount } from './plan-look.ts';
import type {
  AccountState,
  Batch,
  Budget,
  Drains,
  Journal,
  LoadedMemory,
  PolicySource,
  Queues,
  Run,
  SecretIndex,
  Telling,
} from './ports.ts';
import { type Written, writeAll } from './write-all.ts';

export type LookPorts = Run &
  PolicySource &
  AccountState &
  Drains &
  Journal &
  Budget &
  Pick<SecretIndex, 'indexSecrets'> &
  Batch &
  Queues &
  Telling;

/** One look at one account: read, judge, save, then write. May run twice, may be cut anywhere. */
export async function reconcile(ports: LookPorts, wish: ReconcileMessage): Promise<void> {
  if (isMet(wish, await ports.lookedFrom(wish.accountId), ports.now()))
    return conclude(ports, wish, { kind: 'looked-already' });
  await using lease = await ports.lease(wish.accountId);
  await conclude(ports, wish, lease === null ? { kind: 'busy' } : await look(ports, wish));
}

type Result =
  /** By a look that began after the wish was made. */
  | { readonly kind: 'looked-already' }
  /** Another instance looks at it now. */
  | { readonly kind: 'busy' }
  /** Another look saved first: what this one planned is void. */
  | { readonly kind: 'overtaken' }
  | (Told & {
      readonly kind: 'throttled';
      readonly policy: string;
      readonly retryAt: Date;
      readonly memory: LoadedMemory;
    })
  | (Told & { readonly kind: 'gone'; readonly policy: string })
  | (Told & {
      readonly kind: 'looked';
      /** Its hash. */
      readonly policy: string;
      readonly limits: Limits | null;
      readonly snapshot: Snapshot;
      readonly plan: Plan;
      /** What was written before it was saved. */
      readonly finished: Written;
    });

/** What is told of a look that began `at`, with what earlier ones left untold. */
interface Told {
  readonly at: Date;
  readonly news: readonly News[];
  readonly unpublished: readonly News[];
}

/** From the account to what was saved of it. Nothing is begun; what a drain holds is given back before all else. */
async function look(ports: LookPorts, wish: ReconcileMessage): Promise<Result> {
  const { accountId } = wish;
  const [memory, policy] = await Promise.all([ports.load(accountId), ports.policy()]);
  // Again: another look may have held the lease until now.
  const now = ports.now();
  const { unpublished } = memory;
  if (memory.untold.length === 0 && isMet(wish, memory.lookedFrom, now)) return { kind: 'looked-already' };
  if (memory.lookedFrom !== null && !isPast(memory.lookedFrom, now)) {
    // This look overwrites it.
    ports.log({ event: 'time-ahead', ...named(ports, accountId), lookedFrom: memory.lookedFrom.toISOString() });
  }
  if ('invalid' in policy) ports.log({ event: 'policy-invalid', ...named(ports, accountId), reason: policy.invalid });
  const seen = await seeAccount(ports, accountId, { memory, policy, now });
  if (seen === null) {
    const ended = closedAll(memory.findings, 'account-gone', now);
    if (!(await ports.gone(accountId, ended, now, memory))) return { kind: 'overtaken' };
    const news = [...memory.untold, ...changesSince(memory.findings, ended, now)];
    return { kind: 'gone', policy: policy.hash, at: now, news, unpublished };
  }
  if ('retryAt' in seen) {
    const { retryAt } = seen;
    return { kind: 'throttled', policy: policy.hash, retryAt, memory, at: now, news: memory.untold, unpublished };
  }
  const { snapshot, secrets } = seen;
  const planned = await planLook(withLimits(ports, accountId), snapshot, {
    memory,
    policy,
    now,
    correlationId: ports.correlationId,
  });
  const decided = { policy: policy.hash, limits: 'invalid' in policy ? null : policy.limits };
  const finished = await writeAll(ports, { accountId, snapshot, ...decided }, planned.finishes);
  for (const { drain, end } of planned.endings) await ports.endDrain(accountId, drain, end);
  const wanted = secrets.map(({ main }) => main);
  const indexed = await ports.indexSecrets(accountId, wanted, memory, now);
  const unstored = await ports.save(accountId, planned, now, indexed);
  if (unstored === null) {
    for (const { drain, change } of planned.writes) if (drain?.isNew) await ports.freeSlot(change.id);
    return { kind: 'overtaken' };
  }
  const next = {
    ...planned,
    writes: planned.writes.filter(({ findings }) => !findings.some(({ id }) => unstored.has(id))),
  };
  const news = [...memory.untold, ...changesSince(memory.findings, next.findings, now)];
  return { kind: 'looked', ...decided, at: now, news, unpublished, snapshot, plan: next, finished };
}

/** Tells what a look came to, and does what follows from it. */
async function conclude(ports: LookPorts, { accountId, since }: ReconcileMessage, result: Result): Promise<void> {
  // Beside the writes: none waits for a topic that is down.
  const telling = hasNews(result) ? ports.tell(accountId, result.news, result.unpublished) : null;
  const decidedBy = { version: ports.version, policy: 'policy' in result ? result.policy : null };
  ports.log({ event: 'look', ...named(ports, accountId), ...decidedBy, ...inTheLog(result) });
  try {
    switch (result.kind) {
      case 'looked-already':
      case 'gone':
        break; // told, and nothing more
      case 'busy':
      case 'overtaken':
        await ports.enqueueAgain(accountId, since);
        break;
      case 'throttled':
        if (!(await ports.defer(accountId, result.retryAt, result.memory)))
          await ports.enqueueAgain(accountId, since, result.retryAt);
        break;
      case 'looked':
        await write(ports, accountId, result);
        break;
    }
  } finally {
    const isPublished = await telling;
    if (isPublished !== null && hasNews(result)) await ports.told(accountId, result.at, isPublished);
  }
}

/** What was begun goes on, and a pool gets its size back, though the table of budgets cannot be read or written: nothing is begun then. */
function withLimits(ports: LookPorts, accountId: string): PlanPorts {
  const orElse = async <T, Else>(asking: Promise<T>, otherwise: Else): Promise<T | Else> => {
    try {
      return await asking;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      ports.log({ event: 'limits-unread', ...named(ports, accountId), reason });
      return otherwise;
    }
  };
  return {
    receivedSince: () => ports.receivedSince(accountId),
    limitsSeen: () => orElse(ports.limitsSeen(), null),
    claimSlot: (...slot) => orElse(ports.claimSlot(...slot), false),
    freeSlot: (poolId) => orElse(ports.freeSlot(poolId), undefined),
  };
}

/** What was planned is sent, and what became of it is stored with its findings. @throws what could not be kept of it */
async function write(ports: LookPorts, accountId: string, result: Extract<Result, { kind: 'looked' }>): Promise<void> {
  const { finished, plan, snapshot, policy, limits } = result;
  const begun = await writeAll(ports, { accountId, snapshot, policy, limits }, plan.writes);
  const results = [...finished.results, ...begun.results];
  if (results.length > 0) await ports.record(accountId, results);
  const failure = finished.failure ?? begun.failure;
  if (failure !== null) throw failure;
}

function hasNews(result: Result): result is Result & Told {
  return 'news' in result && result.news.length + result.unpublished.length > 0;
}

/** By a look of the past: one that is ahead of now would meet every wish to come. */
function isMet({ since }: ReconcileMessage, lookedFrom: Date | null, now: Date): boolean {
  return lookedFrom !== null && isPast(lookedFrom, now) && lookedFrom > after(since, UNTIL_SHOWN);
}

function named({ correlationId }: Run, account: string) {
  return { account, correlationId };
}

function inTheLog(result: Result) {
  if (result.kind === 'throttled') return { result: result.kind, wakeAt: result.retryAt.toISOString() };
  if (result.kind !== 'looked') return { result: result.kind };
  const { snapshot, plan } = result;
  return {
    result: result.kind,
    pools: snapshot.pools.length,
    open: plan.findings.filter(({ status }) => status === 'open').length,
    exempt: plan.findings.filter(({ status }) => status === 'exempt').length,
    unknown: plan.findings.filter(({ status }) => status === 'unknown').length,
    writes: plan.finishes.length + plan.writes.length,
    wakeAt: plan.wakeAt?.toISOString() ?? null,
    problems: snapshot.problems.map(({ message }) => message),
  };
}
