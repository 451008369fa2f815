import type { Drain, DrainWrite } from '../core/drain/drain.ts';
import type { ExemptionNote } from '../core/plan/exemption-notes.ts';
import type { Finding } from '../core/plan/finding.ts';
import type { Mode } from '../core/policy/policy.ts';
import { SEVERITIES } from '../core/policy/rule.ts';
import { jsonText } from './harmless.ts';
import type { BadRow } from './journal-report.ts';
import type { LimitsState } from './limits-state.ts';
import { exemptIn, forPeople, heldByCode, notYetWritten, openOf, rulesIn } from './status-tally.ts';

/** What the app keeps of all that it watches, as far as a person may see it. */
export interface StatusReport {
  readonly at: Date;
  /** The host of the app's storage. */
  readonly storage: string;
  readonly policy: PolicyState | Unseen;
  /** When the last sweep started; null where none has. */
  readonly lastSweep: Date | null;
  readonly lastEvent: { readonly known: Date | null } | Unseen;
  readonly accounts: readonly AccountState[];
  /** Open, exempt and unknown ones, without their values. */
  readonly findings: readonly Finding[];
  /** What somebody is to see to about the policy's exemptions; empty where the policy is not seen. */
  readonly exemptions: readonly ExemptionNote[];
  readonly drains: readonly DrainState[];
  readonly limits: LimitsState | Unseen;
  /** Null where the journal could be read; else why no drain has a last write. */
  readonly noSteps: string | null;
  readonly queues: { readonly known: readonly QueueState[] } | Unseen;
  readonly badRows: readonly BadRow[];
}

/** What this person may not see, or what did not answer, and why. */
export interface Unseen {
  readonly unseen: string;
}

type PolicyState =
  | { readonly mode: Mode; readonly freeze: boolean; readonly hash: string /** In words. */; readonly drains: string }
  | { readonly invalid: string; readonly hash: string };

export interface AccountState {
  readonly account: string;
  /** Null where no look was remembered. */
  readonly lookedFrom: Date | null;
  /** When the next alarm rings; null where none does. */
  readonly wakeAt: Date | null;
  readonly goneSince: Date | null;
  /** The readings that fail, each since when. */
  readonly failedSince: Readonly<Record<string, Date>>;
}

export interface DrainState extends Pick<Drain, 'id' | 'poolId' | 'begunAt' | 'deadline' | 'saved'> {
  /** Null where the journal has none, or could not be read. */
  readonly lastWrite: DrainWrite | null;
}

export interface QueueState {
  readonly queue: string;
  /** Null where there is no such queue, as before the first failure. */
  readonly messages: number | null;
  /** When the first came that could be taken now; null where there is none. */
  readonly oldest: Date | null;
}

/**
 * The report as JSON, for programs. `schema` grows when a reader of the old form would be misled; new keys alone do not
 * change it. All keys are always there; times are ISO 8601 in UTC, ids those of ARM.
 *
 * - What this person may not see is `{ unseen }` with the reason: `policy`, `lastEvent`, `limits`, `queues`; `noSteps` tells why no drain has
 *   a `lastWrite`.
 * - `limits` is what is left to begin in this hour (`budget`, null where its row is not as the app writes it), and the `breaker`.
 * - `open` counts open findings by severity, `exempt` those that an exemption leaves as they are, `unknown` those whose verdict
 *   could not be reached. `exemptions` are notes, as in the report of a scan: `ends-soon`, `over`, `matches-nothing`.
 * - `rules` counts findings by rule, the gravest first; `held` by the code that holds their change; `forPeople` are the rules whose
 *   fix is no change, `notYetWritten` the changes that nothing holds; `contested` has each such finding.
 */
export function statusJson(report: StatusReport): string {
  const { findings, badRows, drains, ...rest } = report;
  const contested = findings.filter(({ held }) => held?.code === 'contested');
  const json = {
    schema: 1,
    ...rest,
    drains: drains.map(({ poolId, ...drain }) => ({ ...drain, pool: poolId })),
    open: Object.fromEntries(SEVERITIES.map((severity) => [severity, openOf(findings, severity)])),
    exempt: exemptIn(findings).length,
    unknown: findings.filter(({ status }) => status === 'unknown').length,
    rules: rulesIn(findings),
    held: heldByCode(findings).map(({ code, findings: those }) => ({ code, findings: those.length })),
    notYetWritten: notYetWritten(findings).length,
    forPeople: rulesIn(forPeople(findings)),
    contested: contested.map(({ id, ruleId, resourceId, held }) => ({
      id,
      rule: ruleId,
      resource: resourceId,
      message: held?.message ?? '',
    })),
    errors: badRows,
  };
  return `${jsonText(json, 2)}\n`;
}
