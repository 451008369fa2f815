import type { Finding } from '../core/plan/finding.ts';
import type { Mode } from '../core/policy/policy.ts';
import type { AccountPlan, HeldChange, PlannedDrain, PlannedWrite, What } from './account-plan.ts';
import { jsonText } from './harmless.ts';
import { HELD_UNTIL } from './held-words.ts';
import type { BadRow } from './journal-report.ts';
import type { ReportError } from './scan-report.ts';

/** What would be written now. */
export interface PlanReport {
  readonly at: Date;
  /** The host of the app's storage; null where files were read. */
  readonly storage: string | null;
  readonly policy: PlanPolicy;
  /** Whether files count as all that there is of their accounts; null where Azure was read. */
  readonly assumesComplete: boolean | null;
  readonly accounts: readonly AccountPlan[];
  readonly errors: readonly ReportError[];
  readonly badRows: readonly BadRow[];
}

/** `file` is null for the policy of the app, or where there is none; `hash` is null for a file. */
export type PlanPolicy = { readonly file: string | null; readonly hash: string | null } & (
  | { readonly mode: Mode; readonly freeze: boolean; readonly drainsMax: number }
  | { readonly invalid: string }
);

/** How many of each there are, over all accounts. */
export interface PlanSummary {
  readonly writes: number;
  /** Changes that wait until a pool has no nodes. */
  readonly waitForNodes: number;
  /** Changes that are held for a time. */
  readonly later: number;
  /** Changes that nothing but a person lets go on. */
  readonly held: number;
  /** Findings that only a person can mend. */
  readonly forPeople: number;
  /** Verdicts that could not be reached. */
  readonly unknown: number;
}

export function planSummary({ accounts }: Pick<PlanReport, 'accounts'>): PlanSummary {
  const until = (what: (typeof HELD_UNTIL)[keyof typeof HELD_UNTIL]) =>
    accounts.flatMap(({ held }) => held).filter(({ held }) => HELD_UNTIL[held.code] === what).length;
  const sum = (those: (account: AccountPlan) => readonly unknown[]) => accounts.flatMap(those).length;
  return {
    writes: sum(({ writes }) => writes),
    waitForNodes: until('nodes'),
    later: until('time'),
    held: until('person'),
    forPeople: sum(({ forPeople }) => forPeople),
    unknown: sum(({ unknown }) => unknown),
  };
}

/** Whether there is something to write, now or without a person later. */
export function hasWrites({ writes, waitForNodes, later }: PlanSummary): boolean {
  return writes + waitForNodes + later > 0;
}

/**
 * The report as JSON, for programs. `schema` grows when a reader of the old form would be misled; new keys alone do not
 * change it. All keys are always there; times are ISO 8601 in UTC, ids those of ARM.
 *
 * - `storage` is the host of the app's storage, null for files; `assumesComplete` is null unless files were read. `policy` has
 *   `file`, `hash`, and `mode`, `freeze`, `drainsMax`, or `invalid` with the reason.
 * - `summary` counts `writes`, changes that `waitForNodes`, that go on `later` by themselves, and that are `held` until a person
 *   does something, findings `forPeople`, and verdicts that are `unknown`.
 * - A write has `account`, `resource` (of a secret its URL), `class` (`begin`, `continue`, `finish`), `asked` (each `finding`,
 *   `rule` and `change`, the id of that very change, or null), `changes` (each `field`, `before`, `after`: words for people, null
 *   where it is not there), `before` and `after` (the settings), and `drain`: null, or `id` (null where this write begins it),
 *   `step`, `deadline`, `atZero` (the changes once it has no nodes) and `back` (the size that comes back, in words).
 * - A held change has `account`, `finding`, `rule`, `resource`, `path`, `severity`, `change`, `changes`, and
 *   `held: { code, message, until }`; `waits` is `nodes`, `time` or `person`.
 * - `forPeople` and `unknown` have findings: `account`, `finding`, `rule`, `resource`, `severity`, `path`, `why`, and `fix` (words) or null.
 */
export function planJson(report: PlanReport): string {
  const { at, storage, policy, assumesComplete, accounts, errors, badRows } = report;
  const each = <T>(those: (account: AccountPlan) => readonly T[], json: (one: T) => object) =>
    accounts.flatMap((account) => those(account).map((one) => ({ account: account.account, ...json(one) })));
  const json = {
    schema: 1,
    at,
    storage,
    assumesComplete,
    policy,
    summary: planSummary(report),
    accounts: accounts.map(({ account, lookedFrom, problems, unread, wakeAt }) => {
      return { account, lookedFrom, problems, unread, wakeAt };
    }),
    writes: each(({ writes }) => writes, writeJson),
    held: each(({ held }) => held, heldJson),
    forPeople: each(({ forPeople }) => forPeople, findingJson),
    unknown: each(({ unknown }) => unknown, findingJson),
    endings: each(
      ({ endings }) => endings,
      ({ poolId, how }) => ({ pool: poolId, how }),
    ),
    errors: [
      ...errors.map(({ source, path, message }) => ({ source, path, message })),
      ...badRows.map(({ table, row, reason }) => ({ source: `table ${table}`, path: row, message: reason })),
    ],
  };
  return `${jsonText(json, 2)}\n`;
}

function writeJson({ resourceId, writeClass, asked, what, before, after, drain }: PlannedWrite) {
  return {
    resource: resourceId,
    class: writeClass,
    asked: asked.map(({ id, ruleId, change }) => ({ finding: id, rule: ruleId, change })),
    changes: whatJson(what),
    before,
    after,
    drain: drain && drainJson(drain),
  };
}

function drainJson({ id, step, deadline, atZero, back }: PlannedDrain) {
  return { id, step, deadline, atZero: atZero.flatMap(whatJson), back };
}

/** A secret has no fields: what is done with it stands in `after`. */
function whatJson(what: What | null) {
  return what !== null && 'fields' in what ? what.fields : [];
}

function heldJson({ finding, held, change, what }: HeldChange) {
  const { code, message, until } = held;
  const { id, ruleId, resourceId, path, severity } = finding;
  return {
    finding: id,
    rule: ruleId,
    resource: resourceId,
    path,
    severity,
    change,
    changes: whatJson(what),
    held: { code, message, until },
    waits: HELD_UNTIL[code],
  };
}

function findingJson({ id, ruleId, resourceId, severity, path, why, fix }: Finding) {
  const words = fix?.kind === 'manual' ? fix.why : null;
  return { finding: id, rule: ruleId, resource: resourceId, severity, path, why, fix: words };
}
