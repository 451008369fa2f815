import { z } from 'zod';
import { SECRET_KINDS } from '../model/secret.ts';
import { parseVault } from '../model/secret-id.ts';
import { Binding, bindingFaults, MOST_BINDINGS } from './bindings-document.ts';
import { duration } from './duration.ts';
import type { NamedUsers } from './named-users.ts';

const VAULT =
  'must be the URL of a vault, https:// and its host and no more, such as https://team.vault.azure.net; ' +
  'only a host of this machine, such as localhost, may have a port';
const KEYS = 'must be a map, such as { vault: https://team.vault.azure.net }';

const vault = z
  .string(VAULT)
  .transform((text, context) => {
    const url = parseVault(text);
    if (url !== null) return url;
    context.issues.push({ code: 'custom', message: VAULT, input: text });
    return z.NEVER;
  })
  .describe('The Key Vault of their secrets, such as https://team.vault.azure.net.');
const maxAge = duration('P7D', 'P3650D');
const MAX_AGE = 'How old a secret may become before it is rotated. P7D to P3650D.';
const grace = duration('PT0S', 'P365D');
const GRACE = 'How long a superseded version stays enabled. PT0S to P365D.';
const kind = z
  .enum(SECRET_KINDS)
  .describe('What a secret holds. Without it: both where nodes of the pool take a key, a password elsewhere.');
const mintMissing = z.boolean();
const MINT_MISSING = 'true: a user without a secret gets one.';

/** What a scope says of named users: only what differs there. */
export const ScopedNamedUsers = z
  .strictObject(
    {
      vault: vault.exactOptional(),
      maxAge: maxAge.describe(MAX_AGE).exactOptional(),
      grace: grace.describe(GRACE).exactOptional(),
      kind: kind.exactOptional(),
      mintMissing: mintMissing.describe(MINT_MISSING).exactOptional(),
    },
    KEYS,
  )
  .describe('Where their secrets are and how they are kept, where it differs here.');
export type ScopedNamedUsers = z.infer<typeof ScopedNamedUsers>;

/** Where the secrets of named users are and how they are kept, as its author writes it; parsed, durations are milliseconds. */
export const NamedUsersDocument: z.ZodType<NamedUsers> = z
  .strictObject(
    {
      vault: vault.optional(),
      maxAge: maxAge.prefault('P90D').describe(MAX_AGE),
      grace: grace.prefault('P7D').describe(GRACE),
      kind: kind.optional(),
      mintMissing: mintMissing.default(false).describe(MINT_MISSING),
      bindings: z
        .array(Binding, 'must be a list of bindings: each begins with "- ", or they stand in [ ]')
        .max(MOST_BINDINGS, `must have at most ${MOST_BINDINGS} bindings`)
        .superRefine((bindings, context) => {
          for (const { path, message } of bindingFaults(bindings)) context.addIssue({ code: 'custom', path, message });
        })
        .default([])
        .describe('Secrets that are in a vault under names of their own.'),
    },
    KEYS,
  )
  .transform(({ vault: url = null, kind: held = null, ...rest }) => ({ ...rest, vault: url, kind: held }))
  .describe('The secrets of the named users of pools: in which Key Vault they are, and how they are kept.');
