import { failureKey, isFailure } from './core/plan/breaker.ts';
import { isBegin } from './core/plan/budget.ts';
import type { Write, WriteOutcome } from './core/plan/write.ts';
import type { Limits } from './core/policy/limits.ts';
import type { Budget, Run, Telling } from './ports.ts';

export type BreakerPorts = Run & Budget & Pick<Telling, 'log'>;

/** A write that may go, as far as the breaker is asked. */
export interface Passed {
  /** The id of the probe that it is; null where it is none. */
  readonly probe: string | null;
}

/** Null while the breaker lets nothing begin. What was begun goes on unasked. @param limits null: nothing may be begun */
export async function askBreaker(
  ports: BreakerPorts,
  write: Write,
  limits: Limits | null,
  id: string,
): Promise<Passed | null> {
  if (!isBegin(write)) return { probe: null };
  const answer = limits === null ? 'stopped' : await ports.passBreaker(id);
  return answer === 'stopped' ? null : { probe: answer === 'probe' ? id : null };
}

/** Of a write that is not sent: another may be tried. */
export async function freeProbe(ports: BreakerPorts, { probe }: Passed): Promise<void> {
  if (probe !== null) await ports.freeProbe(probe);
}

/** Notes what became of a write that was sent, and tells when all beginning stops by it, or goes on. */
export async function noteOutcome(
  ports: BreakerPorts,
  accountId: string,
  write: Write,
  { probe }: Passed,
  { kind }: WriteOutcome,
  limits: Limits | null,
): Promise<void> {
  if (limits === null || (probe === null && !isFailure(kind))) return;
  const { before, after } = await ports.noteTried({ key: failureKey(write), probe, outcome: kind }, limits);
  const about = { account: accountId, correlationId: ports.correlationId, resource: write.change.id };
  const { stoppedUntil: until } = after;
  if (until !== null && until !== before.stoppedUntil) {
    const what = probe === null ? 'too many writes failed, the last one' : 'the first write after a stop failed, too:';
    const reason = `${what} to ${write.change.id}: nothing is begun until ${until.toISOString()}`;
    ports.log({ event: 'breaker-opened', ...about, until: until.toISOString(), isProbe: probe !== null, reason });
  } else if (until === null && before.stoppedUntil !== null) ports.log({ event: 'breaker-closed', ...about });
}
