import type { JournalEntry } from '../core/plan/journal.ts';
import { jsonText } from './harmless.ts';
import { differences } from './settings-diff.ts';

/** What the app wrote. */
export interface JournalReport {
  /** Null for all accounts. */
  readonly account: string | null;
  readonly since: Date | null;
  /** The newest last. */
  readonly writes: readonly JournalEntry[];
  /** How many earlier ones are not among them. */
  readonly more: number;
  readonly badRows: readonly BadRow[];
}

/** A row of a table that could not be read. */
export interface BadRow {
  readonly table: string;
  /** `{PartitionKey}/{RowKey}` */
  readonly row: string;
  readonly reason: string;
}

/**
 * The report as JSON, for programs. `schema` grows when a reader of the old form would be misled; new keys alone do not
 * change it. All keys are always there; times are ISO 8601 in UTC.
 *
 * - A write has `id`, `at`, `account` and `resource` (ARM ids; of a secret its URL), `rules`, `findings`, `why`, `class` (`begin`,
 *   `continue`, `finish`), `drain` (null, or `id` and `step`), `correlationId` of its look, `version` of the app, `policy` (its hash).
 * - `changes` has for each field that was to change `field`, `before` and `after`: words for people, null where it is not there.
 *   `before` and `after` beside it are the settings as the journal has them, null where it does not tell, or of a secret.
 * - `outcome` is null where it is not known, or `kind`, `message` and `at`.
 */
export function journalJson({ account, since, writes, more, badRows }: JournalReport): string {
  const report = { schema: 1, account, since, writes: writes.map(writeJson), more, errors: badRows };
  return `${jsonText(report, 2)}\n`;
}

function writeJson({
  id,
  at,
  accountId,
  resourceId,
  rules,
  findings,
  why,
  writeClass,
  drain,
  written,
  ...rest
}: JournalEntry) {
  const { outcome, correlationId, version, policy, changeHash } = rest;
  return {
    id,
    at,
    account: accountId,
    resource: resourceId,
    rules,
    findings,
    why,
    class: writeClass,
    drain,
    change: changeHash,
    changes: written.kind === 'settings' ? differences(written.before, written.after) : [],
    before: written.kind === 'settings' ? written.before : null,
    after: written.kind === 'settings' ? written.after : written.kind === 'secret' ? written.set : null,
    outcome,
    correlationId,
    version,
    policy,
  };
}
