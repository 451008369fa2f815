import type { JournalEntry } from '../core/plan/journal.ts';
import { jsonText } from './harmless.ts';
import type { JournalReport } from './journal-report.ts';
import { caption, eventOf, observable, severityOf } from './ocsf.ts';
import { differences } from './settings-diff.ts';

const ACTIVITIES = ['Unknown', 'Isolate', 'Evict', 'Restore', 'Harden'];
const ISOLATE = 1;
const RESTORE = 3;
const HARDEN = 4;
const STATUSES = ['Unknown', 'Success', 'Failure', 'Does Not Exist', 'Partial', 'Unsupported', 'Error'];

/** Of what a write was to change: these close a way in. */
const NETWORK: ReadonlySet<string> = new Set(['endpoints', 'publicIp', 'publicNetworkAccess', 'networkProfile']);

const OUTCOME_IDS = {
  applied: 1,
  refused: 2,
  conflict: 2,
  gone: 3,
  'not-effective': 4,
  failed: 6,
} as const satisfies Record<NonNullable<JournalEntry['outcome']>['kind'], number>;

/** The writes of the app as OCSF, JSON lines: a Remediation Activity (class 7001) of each, the newest last. */
export function journalOcsf({ writes }: Pick<JournalReport, 'writes'>): string {
  return writes.map((entry) => `${jsonText(remediationActivity(entry))}\n`).join('');
}

/**
 * One event of class 7001: https://schema.ocsf.io/1.8.0/classes/remediation_activity. The class has no place for the resource: it is
 * an observable, and with all else that the journal keeps in `unmapped`.
 */
export function remediationActivity(entry: JournalEntry) {
  const { id, at, accountId, resourceId, writeClass, drain, written, outcome, correlationId, version, ...rest } = entry;
  const { rules, findings, why, policy, changeHash } = rest;
  const activity = activityOf(entry);
  const end = outcome?.at ?? null;
  return {
    class_uid: 7001,
    class_name: 'Remediation Activity',
    category_uid: 7,
    category_name: 'Remediation',
    activity_id: activity,
    activity_name: ACTIVITIES[activity],
    type_uid: 700_100 + activity,
    type_name: `Remediation Activity: ${ACTIVITIES[activity]}`,
    ...severityOf('info'),
    ...caption('status', STATUSES, outcome === null ? 0 : OUTCOME_IDS[outcome.kind]),
    ...(outcome === null ? {} : { status_code: outcome.kind }),
    ...(outcome?.message ? { status_detail: outcome.message } : {}),
    ...eventOf({ uid: id, at: end ?? at, correlationId, resourceId: accountId }, { version }),
    start_time: at.getTime(),
    ...(end === null ? {} : { end_time: end.getTime(), duration: Math.max(0, end.getTime() - at.getTime()) }),
    message: why,
    command_uid: id,
    countermeasures: [{ d3f_tactic: { name: ACTIVITIES[activity] } }],
    remediation: { desc: doneInWords(entry) },
    scan: { uid: correlationId, type_id: 99, type: 'Look' },
    observables: [observable('unmapped.resource_uid', resourceId)],
    unmapped: {
      resource_uid: resourceId,
      account_uid: accountId,
      rules,
      findings,
      class: writeClass,
      drain,
      change: changeHash,
      policy,
      ...(written.kind === 'settings' ? { before: written.before, after: written.after } : {}),
      ...(written.kind === 'secret' ? { after: written.set } : {}),
    },
  };
}

function activityOf({ drain, written }: JournalEntry): number {
  if (drain !== null && drain.step === 'restore') return RESTORE;
  return written.kind === 'settings' && Object.keys(written.after).some((key) => NETWORK.has(key)) ? ISOLATE : HARDEN;
}

/** Each field that was to change, before and after. */
function doneInWords({ written, why }: JournalEntry): string {
  if (written.kind === 'not-told') return written.why;
  if (written.kind === 'secret') return why;
  const changes = differences(written.before, written.after);
  return changes.map(({ field, before, after }) => `${field}: ${before ?? 'none'} -> ${after ?? 'none'}`).join('; ');
}
