import type { PipelineResponse } from '@azure/core-rest-pipeline';
import { DAY, SECOND } from '../../core/model/time.ts';

/** What asks for more is come back to all the same. */
const LONGEST_ASKED = DAY;

/** Milliseconds that the answer asks to wait, a day at most: seconds or a date; null when it does not say. */
export function retryAfter({ headers }: Pick<PipelineResponse, 'headers'>): number | null {
  const text = headers.get('retry-after');
  if (!text) return null;
  const seconds = Number(text);
  const wait = Number.isNaN(seconds) ? Date.parse(text) - Date.now() : seconds * SECOND;
  return Number.isNaN(wait) ? null : Math.min(Math.max(0, wait), LONGEST_ASKED);
}
