import { accountOf } from '../../core/model/resource-id.ts';
import { DAY } from '../../core/model/time.ts';
import { capitalized } from '../../core/model/words.ts';
import type { Finding } from '../../core/plan/finding.ts';
import type { HeldCode } from '../../core/plan/held.ts';
import { exemptInWords } from '../../core/policy/exemption-words.ts';
import { fixInWords } from '../fix-words.ts';
import { shortName } from '../short-name.ts';
import { AGES, COLUMNS, type Column, type PageData, type Standing } from './page-data.ts';

/** When the report is from, and whether the findings were known before. */
export interface When {
  readonly at: Date;
  readonly isKept: boolean;
}

/** The findings as columns of places in their texts, in their order. */
export function columnsOf(findings: readonly Finding[], when: When): Pick<PageData, 'texts' | 'columns'> {
  const places = new Map<string, number>();
  const placeOf = (text: string) => {
    const place = places.get(text) ?? places.size;
    places.set(text, place);
    return place;
  };
  const columns = {} as Record<Column, number[]>; // each is set below
  for (const column of COLUMNS) columns[column] = findings.map((finding) => placeOf(TEXTS[column](finding, when)));
  return { texts: [...places.keys()], columns };
}

const TEXTS: Readonly<Record<Column, (finding: Finding, when: When) => string>> = {
  id: ({ id }) => id,
  rule: ({ ruleId }) => ruleId,
  resource: ({ resourceId }) => resourceId,
  name: ({ resourceId }) => shortName(resourceId),
  account: ({ resourceId }) => accountOf(resourceId)?.account ?? resourceId,
  severity: ({ severity }) => severity,
  standing: standingOf,
  path: ({ path }) => path,
  observed: ({ observed }) => inWords(observed),
  desired: ({ desired }) => inWords(desired),
  why: ({ why }) => why,
  fix: ({ fix }) => (fix === null ? '' : fix.kind === 'manual' ? stepsIn(fix.why) : fixInWords(fix).join('\n')),
  left: ({ held, exemption }, { at }) =>
    exemption !== null
      ? capitalized(exemptInWords(exemption, at))
      : held === null || held.code === 'exempt'
        ? ''
        : capitalized(held.message),
  held: ({ held }) => (held === null ? '' : heldInShort(held.code)),
  since: ({ firstSeen }, { isKept }) => (isKept ? firstSeen.toISOString() : ''),
  age: ({ firstSeen }, { at, isKept }) => (isKept ? ageOf(at.getTime() - firstSeen.getTime()) : ''),
};

function standingOf({ status, fix }: Finding): Standing {
  if (status === 'exempt' || status === 'unknown') return status;
  return fix === null || fix.kind === 'manual' ? 'person' : 'fix';
}

/** Texts as they are, lists of them a line each, all else as JSON. */
function inWords(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string'))
    return value.length === 0 ? '[]' : value.join('\n');
  return JSON.stringify(value, null, 2);
}

/** The steps of a person have lines of their own. */
function stepsIn(why: string): string {
  return why.replaceAll(/;? (?=\(\d+\) )/g, '\n');
}

const SHORT: Partial<Record<HeldCode, string>> = {
  audit: 'policy: audit',
  'needs-approval': 'needs approval',
  'waits-for-zero': 'waits for zero nodes',
  'owned-by-pipeline': 'owned by a pipeline',
};

function heldInShort(code: HeldCode): string {
  return SHORT[code] ?? code.replaceAll('-', ' ');
}

const BOUNDS = [1, 7, 30, 90].map((days) => days * DAY);

function ageOf(milliseconds: number): string {
  const place = BOUNDS.findIndex((bound) => milliseconds < bound);
  return AGES[place < 0 ? BOUNDS.length : place] ?? '';
}
