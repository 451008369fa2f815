import type { Reading } from '../model/reading.ts';
import { idKey } from '../model/resource-id.ts';
import { after, HOUR } from '../model/time.ts';
import { type Held, held } from './held.ts';
import type { LastChange } from './last-change.ts';

/**
 * Whoever keeps a resource in code would undo a write, or destroy the resource over it: the finding shows the patch instead.
 * Where it cannot be told whether one of `pipelines` changed it last, it may be one.
 */
export function whyOwned(pipelines: ReadonlySet<string>, change: Reading<LastChange | null>, now: Date): Held | null {
  if (pipelines.size === 0) return null;
  if ('unknown' in change) {
    const { code, message } = change.unknown;
    const until = code === 'reading-failed' ? after(now, HOUR) : null;
    return { code: 'owner-unknown', message: `who changed it last is not known: ${message}`, until };
  }
  if (change.known === null) return null;
  const { application } = change.known;
  if (application === null) return held('owner-unknown', 'who changed it last is not known: the event does not tell');
  if (!pipelines.has(idKey(application))) return null;
  return held('owned-by-pipeline', `last changed by the pipeline ${application}: take the fix into its code`);
}
