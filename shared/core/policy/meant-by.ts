import type { z } from 'zod';
import { meaning, quoted } from '../model/found.ts';
import { nearest } from '../model/nearest.ts';

/** What the author may have meant; empty where nobody can tell. */
export function meantBy(issue: z.core.$ZodIssue): string {
  const { input } = issue;
  if (issue.code === 'invalid_value') {
    const values = issue.values.map(String);
    const near = typeof input === 'string' ? nearest(input, values) : [];
    return meaning(near.length > 0 || !values.includes('audit') ? near : modeMeantBy(input));
  }
  if (issue.code !== 'invalid_type') return '';
  const { expected } = issue;
  if (expected === 'array') return issue.message === '' ? ofList(input) : '';
  if (expected === 'object' || expected === 'record') return issue.message === '' || input === null ? ofMap(input) : '';
  if (expected === 'boolean' && typeof input === 'string') {
    const [value] = BOOLEANS.flatMap(([words, one]) => (words.includes(input.toLowerCase()) ? [one] : []));
    if (value === undefined) return '';
    return `: did you mean ${value}${input === String(value) ? ', without quotes' : ''}?`;
  }
  if ((expected === 'int' || expected === 'number') && typeof input === 'string')
    return /^\d{1,15}$/.test(input) ? `: did you mean ${input}, without quotes?` : '';
  const isBare = typeof input === 'number' || typeof input === 'boolean';
  return expected === 'string' && isBare && issue.message === '' ? `: did you mean "${input}", in quotes?` : '';
}

/** What others call our modes. */
const MODES: readonly [readonly string[], readonly string[]][] = [
  [
    ['report', 'warn', 'warning', 'log', 'info', 'detect', 'monitor', 'dryrun', 'dry-run', 'auditifnotexists'],
    ['audit'],
  ],
  [['deny', 'block', 'fix', 'remediate', 'repair', 'apply', 'write', 'modify', 'deployifnotexists'], ['enforce']],
  [['ask', 'manual', 'confirm', 'review'], ['approve']],
  [['false', 'no', 'none', 'disable', 'disabled', 'ignore', 'skip', 'suppress'], ['off']],
  [
    ['true', 'yes', 'on', 'enable', 'enabled'],
    ['audit', 'enforce'],
  ],
];

function modeMeantBy(input: unknown): readonly string[] {
  if (typeof input !== 'string' && typeof input !== 'boolean') return [];
  return MODES.find(([words]) => words.includes(String(input).toLowerCase()))?.[1] ?? [];
}

const BOOLEANS: readonly [readonly string[], boolean][] = [
  [['true', 'yes', 'on'], true],
  [['false', 'no', 'off'], false],
];

function ofList(input: unknown): string {
  if (input === null) return ': write [] for an empty one';
  if (typeof input === 'object') return ': begin each entry with "- "';
  return input === undefined ? '' : `: did you mean a list of it, [${shortly(input)}]?`;
}

function shortly(input: unknown): string {
  return typeof input === 'string' ? quoted(input) : String(input);
}

function ofMap(input: unknown): string {
  if (input === null) return ': write {} for an empty one';
  if (Array.isArray(input)) return ': write its entries without "- ", one key: value a line';
  const parts = typeof input === 'string' ? /^([\w-]{1,40}):(\S{1,40})$/.exec(input) : null;
  return parts === null ? '' : `: did you mean "${parts[1]}: ${parts[2]}", with a space after the colon?`;
}
