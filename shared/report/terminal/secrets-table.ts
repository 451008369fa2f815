import { hostOf } from '../../core/model/secret-id.ts';
import { count } from '../../core/model/words.ts';
import type { NamedUserSecret, SecretState } from '../../core/rotation/inventory.ts';
import { ageInWords, markerInWords, nextInWords, STATE_NAMES, stateInWords } from '../secret-words.ts';
import type { SecretsReport } from '../secrets-report.ts';
import { shortName } from '../short-name.ts';
import { grid } from './grid.ts';
import { NARROWEST, type Style, type Terminal } from './terminal.ts';
import { wrap } from './wrap.ts';

const PADDING = 2;
const BORDERS = 4;
const HEAD = [
  ['Account/pool', 'User'],
  ['Secret', 'Vault, current version'],
  ['How it stands', 'Next rotation'],
];
/** A version's id, which is to stand on one line. */
const ID = 32;

const STYLES: Partial<Readonly<Record<SecretState, readonly Style[]>>> = {
  given: ['green'],
  waiting: ['cyan'],
  promoting: ['cyan'],
  due: ['yellow'],
  'not-given': ['yellow'],
  'no-vault': ['magenta'],
  unread: ['magenta'],
};
const TROUBLED: readonly Style[] = ['red'];

type Line = readonly [styles: readonly Style[], text: string];

/** Named users and their secrets for a person, and a line that sums up. Nothing is cut off. */
export function secretsTable(report: SecretsReport, { width, paint }: Terminal): string {
  const sums = wrap(summaryOf(report), width).map((line) => paint(['bold'], line));
  if (report.users.length === 0) return `${sums.join('\n')}\n`;
  const text = Math.max(width, NARROWEST) - BORDERS - 3 * PADDING;
  const longest = Math.max(...report.users.map(({ poolId, user }) => Math.max(shortName(poolId).length, user.length)));
  const name = Math.min(Math.floor(text * 0.25), Math.max(longest, 12));
  const secret = Math.max(Math.floor((text - name) * 0.48), Math.min(ID, text - name - 16));
  const widths = [name, secret, text - name - secret];
  const rows = report.users.map((user) => [
    [lineOf(['bold'], shortName(user.poolId)), lineOf([], user.user)],
    secretLines(user, report.at),
    stateLines(user, report.at),
  ]);
  const head = HEAD.map((lines) => lines.map((line) => lineOf(['bold'], line)));
  const cells = [head, ...rows].map((row) =>
    row.map((lines, column) =>
      lines.flatMap(([styles, words]) => wrap(words, widths[column] ?? 0).map((line) => paint(styles, line))),
    ),
  );
  return `${grid(cells, widths).join('\n')}\n${sums.join('\n')}\n`;
}

function lineOf(styles: readonly Style[], text: string): Line {
  return [styles, text];
}

function secretLines({ secret, current, neverWarns }: NamedUserSecret, now: Date): Line[] {
  return [
    ...(secret === null ? [] : [lineOf([], secret.name), lineOf(['dim'], hostOf(secret.vault))]),
    ...(current === null ? [] : [lineOf([], current.id), lineOf(['dim'], ageInWords(current, now))]),
    ...(neverWarns ? [lineOf(['yellow'], 'no expiry: Key Vault never warns')] : []),
  ];
}

function stateLines(user: NamedUserSecret, now: Date): Line[] {
  return [
    lineOf(STYLES[user.state] ?? TROUBLED, stateInWords(user)),
    ...[markerInWords(user), nextInWords(user, now)].flatMap((text) => (text === null ? [] : [lineOf(['dim'], text)])),
  ];
}

/** As in "1 account, 3 pools, 5 named users: 4 given, 1 due. 1 secret has no expiry: Key Vault never warns of it." */
function summaryOf({ accounts, pools, users }: SecretsReport): string {
  const read = [count(accounts, 'account'), count(pools, 'pool'), count(users.length, 'named user')].join(', ');
  const states = [...Map.groupBy(users, ({ state }) => state)].map(([state, those]) => [
    those.length,
    STATE_NAMES[state],
  ]);
  const sums = states.length === 0 ? '' : `: ${states.map((one) => one.join(' ')).join(', ')}`;
  const silent = users.filter(({ neverWarns }) => neverWarns).length;
  const warning = silent === 0 ? '' : `; ${count(silent, 'secret')} without expiry, of which Key Vault never warns`;
  return `${read}${sums}${warning}`;
}
