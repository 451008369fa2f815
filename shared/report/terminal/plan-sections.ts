import { secretParts } from '../../core/model/secret-id.ts';
import type { Finding } from '../../core/plan/finding.ts';
import type { AccountPlan, HeldChange, PlannedDrain, PlannedWrite, What } from '../account-plan.ts';
import { fixInWords } from '../fix-words.ts';
import { APPROVABLE, HELD_IN_WORDS } from '../held-words.ts';
import { mostSevereFirst } from '../scan-report.ts';
import { shortName } from '../short-name.ts';
import { rulesIn } from '../status-tally.ts';
import { indented } from './indent.ts';
import { labelled } from './labelled.ts';
import { placesIn, rows } from './rows.ts';
import { SEVERITY_STYLES, type Style, type Terminal } from './terminal.ts';
import { wrap } from './wrap.ts';
import { differenceInWords, STEPS_IN_WORDS } from './write-words.ts';

interface Accounts {
  readonly accounts: readonly AccountPlan[];
}

/** A block for each write, those of an account together. */
export function writeLines({ accounts }: Accounts, terminal: Terminal): string[][] {
  return accounts.flatMap(({ writes }) => writes.map((write) => blockOf(write, terminal)));
}

function blockOf({ resourceId, asked, what, drain }: PlannedWrite, terminal: Terminal): string[] {
  const name = secretParts(resourceId) === null ? shortName(resourceId) : resourceId;
  const head = wrap(name, terminal.width).map((line) => terminal.paint(['bold'], line));
  const rules = labelled('asked by', asked.map(askedInWords), terminal);
  if (drain === null) return [...head, ...rules, ...changeLines('changes', what, terminal)];
  return [...head, ...rules, ...drainLines(drain, what, terminal)];
}

function askedInWords({ ruleId, change }: PlannedWrite['asked'][number]): string {
  return change === null ? ruleId : `${ruleId} (change ${change})`;
}

/** The steps of a drain from this write on, each with when. */
function drainLines(drain: PlannedDrain, what: What, terminal: Terminal): string[] {
  const { id, step, deadline, atZero, back } = drain;
  const begun = id === null ? 'this begins a drain' : `of drain ${id}`;
  return [
    ...labelled('now', [`${step}: ${STEPS_IN_WORDS[step]} (${begun})`], terminal),
    ...changeLines('', what, terminal),
    ...(atZero.length === 0 ? [] : labelled('then', ['change, once it has no nodes'], terminal)),
    ...atZero.flatMap((each) => changeLines('', each, terminal)),
    ...(back === null
      ? []
      : labelled('last', [`restore: it gets ${back} back, at the latest ${deadline.toISOString()}`], terminal)),
  ];
}

const SIGNS: Readonly<Record<string, readonly Style[]>> = { '+': ['green'], '-': ['red'], '~': ['yellow'] };

function changeLines(label: string, what: What, terminal: Terminal): string[] {
  const texts = 'words' in what ? what.words : what.fields.map(differenceInWords);
  if (texts.length === 0) return labelled(label, ['nothing that may be shown: what differs is secret'], terminal);
  return texts.flatMap((text, at) => labelled(at === 0 ? label : '', [text], terminal, SIGNS[text.charAt(0)] ?? []));
}

/** What is held for the same reason together; of it, one line for each rule, or with `details` each change. */
export function heldLines({ accounts }: Accounts, details: boolean, terminal: Terminal): string[] {
  const groups = Map.groupBy(
    accounts.flatMap(({ held }) => held),
    ({ held: { code, message, until } }) => JSON.stringify([code, message, until]),
  );
  return [...groups.values()]
    .toSorted((a, b) => b.length - a.length)
    .flatMap((those) => [
      ...wrap(reasonOf(those), terminal.width - 2).map((line) => indented(2, terminal.paint(['yellow'], line))),
      ...(details || isApproved(those)
        ? those.flatMap((one) => heldInFull(one, terminal))
        : heldByRule(those, terminal)),
    ]);
}

/** Who approves a change names it by its id, and knows what it is. */
function isApproved([first]: readonly HeldChange[]): boolean {
  return first !== undefined && APPROVABLE.includes(first.held.code);
}

/** As in "audit: the rule only reports there (mode audit)". */
function reasonOf([first]: readonly HeldChange[]): string {
  if (first === undefined) return '';
  const { code, message, until } = first.held;
  const said = code === 'audit' || code === 'frozen' ? HELD_IN_WORDS[code] : message;
  const named = said.startsWith(`${code}: `) ? said : `${code}: ${said}`;
  return `${named}${until === null ? '' : `, until ${until.toISOString()}`}`;
}

function heldByRule(those: readonly HeldChange[], terminal: Terminal): string[] {
  const findings = those.map(({ finding }) => finding);
  const cells = [...Map.groupBy(findings, ({ ruleId }) => ruleId)]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([rule, found]) => [String(found.length), rule, placesIn(found)]);
  return rows(cells, { ...terminal, width: terminal.width - 2 }).map((line) => indented(2, line));
}

function heldInFull({ finding, change, what }: HeldChange, terminal: Terminal): string[] {
  const narrower = { ...terminal, width: terminal.width - 4 };
  const lines = [
    ...wrap(shortName(finding.resourceId), narrower.width).map((line) => terminal.paint(['bold'], line)),
    ...labelled('asked by', [askedInWords({ id: finding.id, ruleId: finding.ruleId, change })], narrower),
    ...(what === null ? [] : changeLines('changes', what, narrower)),
  ];
  return lines.map((line) => indented(4, line));
}

/** How many each rule has, the gravest first; with `details` each with what to do. */
export function peopleLines({ accounts }: Accounts, details: boolean, terminal: Terminal): string[] {
  const findings = accounts.flatMap(({ forPeople }) => forPeople);
  if (details) return allInFull(findings, terminal);
  const found = Map.groupBy(findings, ({ ruleId }) => ruleId);
  const cells = rulesIn(findings).map(({ rule, open, severity }) => {
    return [String(open), severity, rule, placesIn(found.get(rule) ?? [])];
  });
  return rows(cells, terminal);
}

/** What is not known for the same reason together. */
export function unknownLines({ accounts }: Accounts, details: boolean, terminal: Terminal): string[] {
  const findings = mostSevereFirst(accounts.flatMap(({ unknown }) => unknown));
  if (details) return allInFull(findings, terminal);
  const groups = Map.groupBy(findings, ({ ruleId, why }) => JSON.stringify([ruleId, why]));
  const cells = [...groups.values()].flatMap((those) =>
    those
      .slice(0, 1)
      .map(({ severity, ruleId, why }) => [String(those.length), severity, ruleId, `${placesIn(those)}: ${why}`]),
  );
  return rows(cells, terminal);
}

function allInFull(findings: readonly Finding[], terminal: Terminal): string[] {
  return mostSevereFirst(findings).flatMap((finding, at) => [...(at === 0 ? [] : ['']), ...inFull(finding, terminal)]);
}

function inFull(finding: Finding, terminal: Terminal): string[] {
  const { resourceId, ruleId, severity, why, fix } = finding;
  const toDo = fix === null ? [] : fixInWords(fix).map((line) => line.replace(/^Needs you: /, ''));
  return [
    ...wrap(`${shortName(resourceId)}: ${ruleId}`, terminal.width - 2).map((line) =>
      indented(2, terminal.paint(['bold'], line)),
    ),
    ...labelled('severity', [severity], terminal, SEVERITY_STYLES[severity]),
    ...labelled('why', [why], terminal),
    ...labelled('to do', toDo, terminal),
  ];
}
