import { z } from 'zod';
import { SubscriptionId } from './core/model/ids.ts';
import { parseAccountId } from './core/model/resource-id.ts';
import { SECOND } from './core/model/time.ts';

/**
 * The wish to look at an account: it says when the wish was made, never what to do. What a newer version adds to a message is
 * ignored: after a rollback its messages are still in the queues.
 */
export const ReconcileMessage = z.object({
  accountId: z.string().refine((text) => parseAccountId(text) !== null, 'not the id of a Batch account'),
  since: z.coerce.date(),
});
export type ReconcileMessage = z.infer<typeof ReconcileMessage>;

/** A look meets wishes made this long before it began: until then Azure may still show what was before. */
export const UNTIL_SHOWN = 5 * SECOND;

/** The wish to list the accounts of a subscription. */
export const SweepMessage = z.object({ subscription: SubscriptionId, since: z.coerce.date() });
export type SweepMessage = z.infer<typeof SweepMessage>;

/** A hint that is not as expected is none; it never costs the event. */
const Hint = z
  .string()
  .regex(/^[ -~]{1,200}$/)
  .nullish()
  .catch(null);

const Claims = z.looseObject({
  appid: Hint,
  'http://schemas.microsoft.com/identity/claims/objectidentifier': Hint,
});

/** Older senders may give objects as JSON text. */
const maybeText = (value: unknown) => {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
};

const EventData = z
  .looseObject({ operationName: Hint, claims: z.preprocess(maybeText, Claims.nullish().catch(null)) })
  .catch({ operationName: null, claims: null });

const Subject = z.string().max(1000);

const EventGridEvent = z.looseObject({
  id: z.string(),
  subject: Subject,
  eventType: z.string(),
  eventTime: z.coerce.date(),
  data: EventData,
});

const CloudEvent = z.looseObject({
  specversion: z.literal('1.0'),
  id: z.string(),
  subject: Subject,
  type: z.string(),
  time: z.coerce.date(),
  data: EventData,
});

/** An Event Grid event in either envelope. Only its subject is believed; who caused it is a hint. */
export const ResourceEvent = z.union([
  CloudEvent.transform(({ id, subject, type, time, data }) => ({ id, subject, type, time, ...facts(data) })),
  EventGridEvent.transform(({ id, subject, eventType, eventTime, data }) => ({
    id,
    subject,
    type: eventType,
    time: eventTime,
    ...facts(data),
  })),
]);
export type ResourceEvent = z.infer<typeof ResourceEvent>;

function facts({ operationName, claims }: z.infer<typeof EventData>) {
  return {
    operation: operationName ?? null,
    application: claims?.appid ?? null,
    objectId: claims?.['http://schemas.microsoft.com/identity/claims/objectidentifier'] ?? null,
  };
}
