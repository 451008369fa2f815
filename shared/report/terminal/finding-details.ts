import type { Finding } from '../../core/plan/finding.ts';
import { fixInWords } from '../fix-words.ts';
import { waitsFor } from '../remedy.ts';
import { idsIn, withShortIds } from '../short-ids.ts';
import { harmless } from './harmless.ts';
import { indented } from './indent.ts';
import { indentedText } from './places.ts';
import type { Terminal } from './terminal.ts';
import { valueInWords } from './value-words.ts';

/** Those of which the same is said, together. */
export function groupedInFull(findings: readonly Finding[]): Finding[][] {
  return [...Map.groupBy(findings, (one) => [one.severity, ...saying(one)].join('\n')).values()];
}

/** What is wrong and each step of what to do, then every place with its values. Ids have lines of their own, whole. */
export function findingDetails(group: readonly Finding[], terminal: Terminal): string[] {
  const [first] = group;
  if (first === undefined) return [];
  const [why = '', ...toDo] = saying(first);
  const named = idsIn([why, ...toDo].join('\n'));
  return [
    ...indentedText(withShortIds(why), 2, terminal),
    ...toDo.flatMap((line) => indentedText(withShortIds(line), 4, terminal)),
    ...(named.length === 0 ? [] : [indented(2, 'named here:'), ...named.map((id) => indented(4, harmless(id)))]),
    indented(2, terminal.paint(['dim'], group.length === 1 ? 'where:' : `where (${group.length}):`)),
    ...group.flatMap((finding) => placeLines(finding, terminal)),
  ];
}

function placeLines({ resourceId, path, observed, desired }: Finding, terminal: Terminal): string[] {
  const values = `${path === '' ? '' : `${path}: `}${valueInWords(observed)}; desired: ${valueInWords(desired)}`;
  return [
    indented(4, harmless(resourceId)),
    ...indentedText(withShortIds(values), 6, terminal).map((line) => terminal.paint(['dim'], line)),
  ];
}

/** Why, and what to do about it. */
function saying(finding: Finding): string[] {
  const { why, fix } = finding;
  const waits = waitsFor(finding);
  const toDo = fix === null ? [] : fixInWords(fix).map((text) => (fix.kind === 'manual' ? text : `Fix: ${text}`));
  return [why, ...toDo, ...(waits === null ? [] : [`Not written: ${waits}`])];
}
