import { count } from '../shared/core/model/words.ts';
import { modeIn, type PolicyDocument } from '../shared/core/policy/policy-document.ts';
import { wrap } from '../shared/report/terminal/wrap.ts';
import { rules } from '../shared/rules/index.ts';
import { modeOf } from './modes-in-words.ts';

/** Who or what the rules that the policy enforces can cut off, for a terminal so wide; nothing where none can. */
export function canBreak(document: PolicyDocument, width: number): string {
  const items = rules.flatMap((rule) => {
    if (rule.breaks === null) return [];
    if (modeOf(rule, document) === 'enforce') return [`${rule.id}: ${rule.breaks}`];
    const scopes = scopesThatEnforce(rule.id, document);
    return scopes === 0 ? [] : [`${rule.id} (in ${count(scopes, 'scope')}): ${rule.breaks}`];
  });
  if (items.length === 0) return '';
  const lines = items.flatMap((item) =>
    wrap(item, width - 4).map((line, index) => `${index === 0 ? '  ' : '    '}${line}`),
  );
  return `\nWhat is enforced can cut off:\n${lines.join('\n')}\n${wrap(HOW_TO_LOOK, width).join('\n')}\n`;
}

const HOW_TO_LOOK = '"batch-warden plan --policy FILE" shows each write before it is made.';

/** How many scopes enforce it by its name. */
function scopesThatEnforce(id: string, { scopes }: PolicyDocument): number {
  return scopes.filter(({ rules: entries }) => modeIn(entries[id]) === 'enforce').length;
}

/** Rules without a fix that are named as enforced all the same. */
export function enforcedInVain({ rules: entries, scopes }: PolicyDocument, width: number): string {
  const all = [entries, ...scopes.map((scope) => scope.rules)];
  const names = rules.filter(({ id, sets }) => {
    const modes = all.map((of) => modeIn(of[id]));
    return sets.length === 0 && modes.some((mode) => mode === 'enforce' || mode === 'approve');
  });
  if (names.length === 0) return '';
  const text = `Never written, whatever the mode, as there is no fix: ${names.map(({ id }) => id).join(', ')}.`;
  return `${wrap(text, width).join('\n')}\n`;
}
