import { z } from 'zod';
import { SubscriptionId } from './core/model/ids.ts';
import { parseAccountId } from './core/model/resource-id.ts';
import type { SecretRef } from './core/model/secret.ts';
import { isSecretName, secretParts } from './core/model/secret-id.ts';
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

/** https://learn.microsoft.com/azure/event-grid/event-schema-key-vault */
const SecretEventType = z.enum(
  [
    'Microsoft.KeyVault.SecretNearExpiry',
    'Microsoft.KeyVault.SecretExpired',
    'Microsoft.KeyVault.SecretNewVersionCreated',
  ],
  'none of the events of secrets that are taken',
);

/** `https://{host}/secrets/{name}/{version}` */
const IdOfSecret = z
  .string('without the id of a secret')
  .max(1000, 'not the id of a secret')
  .transform((text, context): SecretRef => {
    const parts = secretParts(text);
    if (parts !== null && isSecretName(parts.name)) return { vault: parts.vault, name: parts.name };
    context.issues.push({ code: 'custom', message: 'not the id of a secret', input: text });
    return z.NEVER;
  });

/** An event of a secret in either envelope. Only which secret it is of is believed; the rest may lack, and be in any form. */
export const SecretEvent = z
  .preprocess(
    typed,
    z.looseObject({ type: SecretEventType, data: z.preprocess(maybeText, z.looseObject({ Id: IdOfSecret })) }),
  )
  .transform(({ type, data }) => ({ type, secret: data.Id }));

/** With the type where CloudEvents have it. */
function typed(event: unknown): unknown {
  const given = z.looseObject({ eventType: z.string() }).safeParse(event).data;
  return given === undefined ? event : { ...given, type: given.eventType };
}

/** Whether Key Vault sent it, as it says: then it is no event of a resource. */
export function isOfVault(event: unknown): boolean {
  const { data } = z.looseObject({ type: z.string().startsWith('Microsoft.KeyVault.') }).safeParse(typed(event));
  return data !== undefined;
}
