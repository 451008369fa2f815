import { askBreaker, type BreakerPorts, freeProbe, noteOutcome } from './ask-breaker.ts';
import { changesIn, type Drain, type DrainEnd } from './core/drain/drain.ts';
import { isMint, needsSecrets } from './core/model/change.ts';
import type { Snapshot } from './core/model/snapshot.ts';
import { isFixable } from './core/plan/finding.ts';
import { type Intent, intentOf } from './core/plan/journal.ts';
import type { Write, WriteOutcome } from './core/plan/write.ts';
import type { Limits } from './core/policy/limits.ts';
import type { Batch, Drains, Journal, Run, WriteResult } from './ports.ts';

export type WritePorts = Run & Batch & Drains & Journal & BreakerPorts;

export interface Written {
  readonly results: readonly WriteResult[];
  /** What could not be kept of them; null when all was. It is to be thrown once the results are stored. */
  readonly failure: unknown;
}

/** The look that writes. */
export interface Look {
  readonly accountId: string;
  readonly snapshot: Snapshot;
  /** The policy's hash. */
  readonly policy: string;
  /** Null where nothing may be begun. */
  readonly limits: Limits | null;
}

/** Sends writes one after the other, each with its intent before and its outcome after it in the journal. Never throws. */
export async function writeAll(ports: WritePorts, look: Look, writes: readonly Write[]): Promise<Written> {
  const results: WriteResult[] = [];
  let failure: unknown = null;
  for (const write of writes) {
    if (ports.signal.aborted) break;
    const keep = async <T>(keeping: Promise<T>): Promise<T | null> => {
      try {
        return await keeping;
      } catch (error) {
        failure ??= error;
        return null;
      }
    };
    const { drain } = write;
    if (drain?.isNew) {
      const isMinted = isAllMinted(write, results);
      const outcome = isMinted ? await ports.whyNotGiven(write.change.id, drain.gives) : null;
      if (outcome !== null) results.push({ write: onlyNeedingSecrets(write), outcome, at: ports.now() });
      if (!isMinted || outcome !== null) {
        logNotBegun(ports, look, write, outcome?.message ?? 'not all that it is to be given was minted');
        await neverBegun(ports, look, drain.drain, keep);
        continue;
      }
    }
    const outcome = await writeOne(ports, look, write, keep);
    if (outcome === null) continue;
    results.push({ write, outcome, at: ports.now() });
    log(ports, look, write, outcome);
    await keep(noteEnd(ports, look.accountId, write, outcome));
  }
  return { results, failure };
}

/** Whether this look made all versions that it was to make before the pool is emptied. */
function isAllMinted({ findings }: Write, results: readonly WriteResult[]): boolean {
  const applied = results.filter(({ outcome }) => outcome.kind === 'applied').flatMap(({ write }) => write.findings);
  const made = new Set(applied.map(({ id }) => id));
  return findings.every((finding) => !isFixable(finding) || !isMint(finding.fix) || made.has(finding.id));
}

/** The write with the findings alone that it is in vain for: the next look plans it for the others. */
function onlyNeedingSecrets(write: Write): Write {
  return { ...write, findings: write.findings.filter((finding) => isFixable(finding) && needsSecrets(finding.fix)) };
}

type Keep = <T>(keeping: Promise<T>) => Promise<T | null>;

/**
 * Null where it was not sent: it could not be put on record, or others took what was left to begin. What bounds that is
 * asked in this order: the breaker, the slot of a drain (its plan has it), the probe, the budget.
 */
async function writeOne(ports: WritePorts, look: Look, write: Write, keep: Keep): Promise<WriteOutcome | null> {
  const { accountId, snapshot, policy, limits } = look;
  const { correlationId, version } = ports;
  const intent = intentOf(write, snapshot, { at: ports.now(), correlationId, version, policy });
  const passed = await keep(askBreaker(ports, write, limits, `${correlationId} ${intent.changeHash}`));
  if (passed === null) {
    if (write.drain?.isNew) await neverBegun(ports, look, write.drain.drain, keep);
    logRefused(ports, look, write, 'breaker');
    return null;
  }
  const key = await keep(putOnRecord(ports, accountId, write, intent));
  // A pool is given back whatever else fails.
  if (key === null && intent.writeClass !== 'finish') return notSent();
  // Last, so that it is of the hour of the write.
  if (intent.writeClass === 'begin' && (await keep(claim())) !== true) {
    if (key !== null) await keep(ports.conclude(accountId, key, NOT_SENT, ports.now()));
    logRefused(ports, look, write, 'budget');
    return notSent();
  }
  const outcome = await ports.apply(write, snapshot);
  if (key !== null) await keep(ports.conclude(accountId, key, outcome, ports.now()));
  await keep(noteOutcome(ports, accountId, write, passed, outcome, limits));
  return outcome;

  async function claim(): Promise<boolean> {
    return limits !== null && ports.claimChange(accountId, limits);
  }

  /** What was claimed for it is others' again. */
  async function notSent(): Promise<null> {
    if (passed !== null) await keep(freeProbe(ports, passed));
    if (write.drain?.isNew) await keep(end(ports, accountId, write.drain.drain, 'not-begun'));
    return null;
  }
}

/** For the journal alone: it is no failure. */
const NOT_SENT: WriteOutcome = { kind: 'refused', message: 'not sent: what was left to begin this hour was taken' };

/** What stands written before a write is sent: the size that is to come back, and what is meant. */
async function putOnRecord(ports: WritePorts, accountId: string, { drain }: Write, intent: Intent): Promise<string> {
  if (drain?.isNew) await ports.beginDrain(accountId, drain.drain);
  return ports.intend(accountId, intent);
}

/** On record, so that the next is not announced again, and its slot is freed by any look. */
async function neverBegun(ports: WritePorts, { accountId }: Look, drain: Drain, keep: Keep): Promise<void> {
  await keep(ports.beginDrain(accountId, drain));
  await keep(end(ports, accountId, drain, 'not-begun'));
}

/** What is over with this outcome. */
async function noteEnd(ports: WritePorts, accountId: string, { drain }: Write, { kind }: WriteOutcome): Promise<void> {
  if (drain === null) return;
  const how = endedBy(drain, kind);
  if (how === null) return;
  await end(ports, accountId, drain.drain, how);
}

function end(ports: WritePorts, accountId: string, drain: Drain, how: DrainEnd['how']): Promise<void> {
  return ports.endDrain(accountId, drain, { at: ports.now(), how, changes: changesIn(drain) });
}

function endedBy({ step, isNew }: NonNullable<Write['drain']>, outcome: WriteOutcome['kind']): DrainEnd['how'] | null {
  if (step === 'empty') return isNew && ['refused', 'conflict', 'gone'].includes(outcome) ? 'not-begun' : null;
  if (outcome !== 'applied') return null;
  return step === 'restore' ? 'restored' : step === 'unmark' ? 'owner-scaled' : null;
}

function logNotBegun(ports: WritePorts, look: Look, write: Write, message: string): void {
  ports.log({ event: 'drain-not-begun', ...inTheLog(ports, look, write), message });
}

function logRefused(ports: WritePorts, look: Look, write: Write, code: 'breaker' | 'budget'): void {
  ports.log({ event: 'begin-refused', ...inTheLog(ports, look, write), code });
}

function log(ports: WritePorts, look: Look, write: Write, outcome: WriteOutcome): void {
  const { change, drain } = write;
  ports.log({
    event: 'write',
    ...inTheLog(ports, look, write),
    settings: Object.keys(change.set),
    drain: drain && { id: drain.drain.id, step: drain.step },
    outcome: outcome.kind,
    message: 'message' in outcome ? outcome.message : null,
    alsoMoved: 'alsoMoved' in outcome ? [...outcome.alsoMoved] : [],
  });
}

/** What is told of every write, sent or not. */
function inTheLog({ correlationId, version }: Run, { accountId, policy }: Look, { change, findings }: Write) {
  return {
    account: accountId,
    correlationId,
    version,
    policy,
    resource: change.id,
    rule: findings.map(({ ruleId }) => ruleId),
    findings: findings.map(({ id }) => id),
  };
}
