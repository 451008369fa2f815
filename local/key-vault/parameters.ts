import { z } from 'zod';
import { badParameter } from './errors.ts';

/** The limits of https://learn.microsoft.com/azure/key-vault/secrets/about-secrets */
const MOST_BYTES = 25_600;
const MOST_TAGS = 15;
const MOST_OF_A_TAG = 256;
const MOST_OF_A_CONTENT_TYPE = 255;

const NAME = /^[0-9A-Za-z-]{1,127}$/;

const Seconds = z.int().nonnegative();

/** What a version has beside its value: absent is not said. */
const SecretUpdateParameters = z.object({
  contentType: z.string().max(MOST_OF_A_CONTENT_TYPE).optional(),
  attributes: z
    .object({ enabled: z.boolean().optional(), nbf: Seconds.optional(), exp: Seconds.optional() })
    .optional(),
  tags: z
    .record(z.string().max(MOST_OF_A_TAG), z.string().max(MOST_OF_A_TAG))
    .refine((tags) => Object.keys(tags).length <= MOST_TAGS)
    .optional(),
});
export type SecretUpdateParameters = z.infer<typeof SecretUpdateParameters>;

const SecretSetParameters = SecretUpdateParameters.extend({
  value: z.string().refine((value) => Buffer.byteLength(value) <= MOST_BYTES),
});
export type SecretSetParameters = z.infer<typeof SecretSetParameters>;

export function setParameters(body: unknown): SecretSetParameters {
  const parsed = SecretSetParameters.safeParse(body);
  if (!parsed.success) throw badParameter('Property  has invalid value\r\n');
  return parsed.data;
}

export function updateParameters(body: unknown): SecretUpdateParameters {
  const parsed = SecretUpdateParameters.safeParse(body);
  if (!parsed.success) throw badParameter('Property  has invalid value\r\n');
  return parsed.data;
}

export function demandName(name: string): void {
  if (!NAME.test(name)) throw badParameter(`The request URI contains an invalid name: ${name}`);
}
