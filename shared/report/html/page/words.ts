import type { Standing } from '../page-data.ts';

/** The gravest first. */
export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'] as const;

export const STANDING_WORDS: Readonly<Record<Standing, { readonly name: string; readonly about: string }>> = {
  fix: { name: 'Fix available', about: 'a change that Batch Warden can write' },
  person: { name: 'Needs you', about: 'no fix that the app can write: its steps say what to do' },
  unknown: { name: 'Not known', about: 'no verdict could be reached' },
  exempt: { name: 'Exempt', about: 'left as it is by somebody’s word' },
};

const DAY = 86_400_000;

export function ageInWords(since: string, at: string): string {
  const days = Math.floor((Date.parse(at) - Date.parse(since)) / DAY);
  return days < 1 ? 'under 1 day' : days === 1 ? '1 day' : `${days.toLocaleString('en')} days`;
}

/** As in "2026-11-28 18:08 UTC". */
export function timeInWords(time: string): string {
  return `${time.slice(0, 16).replace('T', ' ')} UTC`;
}
