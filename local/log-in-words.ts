import { JsonText } from '../shared/azure/state/json-text.ts';
import type { DrainStep } from '../shared/core/drain/drain.ts';
import { ACCOUNT_SETTINGS } from '../shared/core/model/account-settings.ts';
import { POOL_SETTINGS } from '../shared/core/model/pool-settings.ts';
import { secretParts } from '../shared/core/model/secret-id.ts';
import { count } from '../shared/core/model/words.ts';
import { type FindingLine, LogLine, type WriteLine } from '../shared/core/plan/log-line.ts';
import { shortName } from '../shared/report/short-name.ts';

/** The structured line that a log message is; null when it is something else. */
export function logLineOf(message: string): LogLine | null {
  const line = JsonText.pipe(LogLine).safeParse(message);
  return line.success ? line.data : null;
}

/** A log line for people; null when the story is better without it. */
export function inWords(line: LogLine): string | null {
  switch (line.event) {
    case 'sweep-started':
      return `sweep      of ${count(line.subscriptions, 'subscription')}`;
    case 'subscription-listed':
      return `listed     ${line.subscription}: ${count(line.accounts, 'account')}`;
    case 'look':
      if (line.result !== 'looked') return null;
      return `looked     at ${shortName(line.account)}: ${count(line.pools ?? 0, 'pool')}, ${count(line.open ?? 0, 'open finding')}, ${count(line.writes ?? 0, 'write')} to do`;
    case 'finding-opened':
      if (!isGrave(line)) return null;
      return `opened     ${line.rule} on ${shortName(line.resource)} (${line.status === 'unknown' ? 'unknown' : line.severity})`;
    case 'finding-closed':
      return `closed     ${line.rule} on ${shortName(line.resource)}: ${line.why}`;
    case 'finding-exempted':
      return `exempt     ${line.rule} on ${shortName(line.resource)}`;
    case 'finding-changed':
      return line.heldCode === null
        ? null
        : `held       ${line.rule} on ${shortName(line.resource)}: ${line.heldMessage}`;
    case 'write':
      if (line.drain !== null && line.outcome === 'applied') return drainInWords(line, line.drain.step);
      if (secretParts(line.resource) !== null && line.outcome === 'applied') return secretInWords(line);
      return `${line.outcome.padEnd(10)} ${settingsInWords(line)} of ${shortName(line.resource)}${line.message ? `: ${line.message}` : ''}`;
    case 'event-taken':
      return `event      ${line.reason} on ${shortName(line.subject)}`;
    case 'secret-event-taken':
      return `event      ${line.reason} of the secret ${line.subject.split('/').at(-1)}`;
    case 'event-ignored':
    case 'secret-event-ignored':
    case 'heartbeat':
      return null;
    case 'doctor':
      return `checked    itself: ${line.ok} ok, ${line.warn} to note, ${line.fail} failing${line.notWell.length === 0 ? '' : `: ${line.notWell.join(', ')}`}`;
    case 'drain-not-begun':
      return `not begun  the drain of ${shortName(line.resource)}: ${line.message}`;
    case 'poison':
      return `poison     in queue ${line.queue}: ${line.message}`;
    case 'publish-failed':
      return `unsent     ${count(line.findings.length, 'event')} about findings of ${shortName(line.account)}: ${line.reason}`;
    case 'time-ahead':
      return `ahead      ${shortName(line.account)} was looked at in the future: ${line.lookedFrom}`;
    case 'bad-rows':
      return `bad rows   of ${line.table}: ${line.rows.join(', ')}: ${line.reason}`;
    case 'exemption':
      return `exemption  ${line.message}`;
    case 'begin-refused':
      return `waits      ${shortName(line.resource)}: ${line.code}: others took what was left`;
    case 'breaker-opened':
      return `stopped    too many writes failed: nothing is begun until ${line.until}`;
    case 'breaker-closed':
      return 'goes on    a write took effect: changes are begun again';
    case 'limits-unread':
      return `limits     could not be read, so that nothing is begun: ${line.reason}`;
    case 'policy-invalid':
      return `policy     invalid: ${line.reason}`;
  }
}

const SECRETS: Readonly<Record<string, readonly [what: string, how: string]>> = {
  minted: ['minted', 'a new value waits to be given to the pool'],
  promoted: ['promoted', 'what the pool was given is what tasks read now'],
  expiry: ['dated', 'its current version expires now, too'],
  disabled: ['retired', 'a version that nobody needs any more is disabled'],
};

function secretInWords({ resource, settings }: WriteLine): string {
  const [what, how] = SECRETS[settings[0] ?? ''] ?? ['wrote', 'a secret'];
  return `${what.padEnd(10)} secret ${resource.split('/').at(-1)}: ${how}`;
}

function drainInWords({ resource, settings }: WriteLine, step: DrainStep): string {
  const pool = shortName(resource);
  switch (step) {
    case 'empty':
      return `emptied    ${pool} is to have no node; a mark in its metadata says so`;
    case 'change':
      return `changed    ${settingsInWords({ settings })} of ${pool}, which has no node now`;
    case 'restore':
      return `restored   ${pool} gets its size back, and loses the mark`;
    case 'unmark':
      return `unmarked   ${pool} keeps the size that somebody gave it`;
  }
}

/** There are many of the others: the overview counts them. */
function isGrave({ severity }: FindingLine): boolean {
  return severity === 'high' || severity === 'critical';
}

const AND = new Intl.ListFormat('en');

function settingsInWords({ settings }: Pick<WriteLine, 'settings'>): string {
  return AND.format(settings.map(settingInWords));
}

const SETTINGS = { ...ACCOUNT_SETTINGS, ...POOL_SETTINGS };

function settingInWords(setting: string): string {
  return Object.entries(SETTINGS).find(([key]) => key === setting)?.[1].title ?? setting;
}
