import { after, MINUTE } from '../model/time.ts';
import { count, listed } from '../model/words.ts';
import { fail, type Judged, ok, warn } from './check.ts';
import type { SubscriptionReadings } from './readings.ts';

/** Clocks differ. */
const LEEWAY = 5 * MINUTE;
const SEE =
  'see event-subscription, and the metrics of the topic: delivery attempts that failed, events that were dead-lettered (docs/operations.md#doctor)';

/** Our own writes are told too: one that was not shows that events do not come. */
export function judgeLastEvent({
  lastEvent,
  lastWrite,
}: Pick<SubscriptionReadings, 'lastEvent' | 'lastWrite'>): Judged {
  if ('unseen' in lastEvent) return warn('last-event', `it could not be read: ${lastEvent.unseen}`, 'see stores');
  if ('unseen' in lastWrite)
    return warn('last-event', `our last write could not be read: ${lastWrite.unseen}`, 'see stores');
  const [received, written] = [lastEvent.known, lastWrite.known];
  const isTold = written === null || (received !== null && after(received, LEEWAY) >= written);
  if (!isTold)
    return fail(
      'last-event',
      `Azure took a write of the app at ${written.toISOString()}, and no event of that time or later came in a day; the last one was ${received === null ? 'never' : `at ${received.toISOString()}`}`,
      SEE,
    );
  if (received === null)
    return warn(
      'last-event',
      'none was ever received',
      `change something harmless in an account here, such as a tag, and check again in a minute; if it stays so, ${SEE}`,
    );
  return ok('last-event', `received at ${received.toISOString()}`);
}

/** A policy or a role that changed opens findings on one day, seldom on two. */
const DAYS_THAT_FAIL = 3;

/**
 * What a look found that no event announced. A pool that the Batch service API changed raises none, and a role or another
 * resource none that is kept. The body of an account is changed by Resource Manager alone: findings on it that followed no
 * event, on several days, show that events are lost.
 */
export function judgeUnannounced({ unannounced: seen }: Pick<SubscriptionReadings, 'unannounced'>): Judged {
  if ('unseen' in seen) return warn('unannounced-changes', `not known: ${seen.unseen}`, 'see stores');
  const { opened, resources, daysOfAccounts } = seen.known;
  if (resources.length === 0)
    return ok(
      'unannounced-changes',
      opened === 0
        ? 'this week looks opened no finding later than a day after the first event'
        : `each of the ${count(opened, 'finding')} that looks opened this week followed an event`,
    );
  const without = `of ${count(opened, 'finding')} that looks opened this week, those on ${listed(resources)} followed no event`;
  if (daysOfAccounts === 0)
    return ok(
      'unannounced-changes',
      `${without}: what the Batch service API changes raises none, nor does a role or another resource`,
    );
  if (daysOfAccounts < DAYS_THAT_FAIL)
    return warn(
      'unannounced-changes',
      `${without}, on the settings of accounts on ${count(daysOfAccounts, 'day')}`,
      'nothing, where the policy or a tag changed that day. Else see last-event',
    );
  return fail(
    'unannounced-changes',
    `${without}, on the settings of accounts on ${count(daysOfAccounts, 'day')}`,
    `nothing, where the policy or tags changed on each of these days. Else ${SEE}`,
  );
}
