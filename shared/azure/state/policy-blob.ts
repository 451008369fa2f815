import { isRestError } from '@azure/core-rest-pipeline';
import { digest } from '../../core/model/digest.ts';
import { SECOND } from '../../core/model/time.ts';
import { parsePolicy } from '../../core/policy/parse-policy.ts';
import { builtInPolicy, type InvalidPolicy, type Policy } from '../../core/policy/policy.ts';
import { PolicyError } from '../../core/policy/policy-error.ts';
import { LIMITS } from '../../core/policy/policy-yaml.ts';
import type { Rule } from '../../core/policy/rule.ts';
import type { PolicyRead } from '../../ports.ts';
import { nullIfMissing, type Storage } from './storage.ts';

const PATIENCE = 30 * SECOND;

/** Reads the policy; throws when it could not be read. */
export type ReadPolicy = (abortSignal: AbortSignal) => Promise<PolicyRead>;

/** The policy in `config/policy.yaml`: the built-in one when there is none. It is fetched and parsed when it changed. */
export function policyBlob(config: Storage['config'], rules: readonly Rule[]): ReadPolicy {
  const builtIn = { ...builtInPolicy(rules), hash: 'built-in' };
  let last: { readonly etag: string; readonly policy: PolicyRead } | null = null;
  return async (abortSignal) => {
    const known = last;
    const conditions = known === null ? {} : { ifNoneMatch: known.etag };
    const blob = (await config()).getBlobClient('policy.yaml');
    try {
      // One answer, read to its end: pieces read apart could be of two policies.
      const answer = await blob.download(0, undefined, { abortSignal, conditions }).catch(nullIfMissing);
      if (answer === null) return builtIn;
      if (answer.readableStreamBody === undefined) throw new Error('The policy came without a body.');
      const yaml = await readPolicyText(answer.readableStreamBody);
      const policy = { ...parsed(yaml, rules), hash: hashOf(yaml) };
      last = answer.etag === undefined ? null : { etag: answer.etag, policy };
      return policy;
    } catch (error) {
      if (known !== null && isRestError(error) && error.statusCode === 304) return known.policy;
      throw error;
    }
  };
}

/** The text, or so much of it that it is seen to be too long. @throws Error when it stops coming */
export function readPolicyText(body: NodeJS.ReadableStream): Promise<string> {
  return withinTime(textOf(body));
}

/** A stream that stops coming is no answer. */
async function withinTime<T>(reading: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error('The policy stopped coming.')), PATIENCE);
  return Promise.race([reading, late.promise]).finally(() => clearTimeout(timer));
}

/** UTF-8 has at most three bytes for each UTF-16 code unit: more bytes are a text that is too long, whatever follows. */
const MOST_BYTES = 3 * LIMITS.characters;

async function textOf(body: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    const bytes = Buffer.from(chunk);
    chunks.push(bytes);
    size += bytes.length;
    if (size > MOST_BYTES) break;
  }
  return Buffer.concat(chunks).toString();
}

/** Enough to tell the versions of one file apart. */
function hashOf(policy: string): string {
  return digest(policy).toString('hex').slice(0, 12);
}

function parsed(policy: string, rules: readonly Rule[]): Policy | InvalidPolicy {
  try {
    return parsePolicy(policy, rules);
  } catch (error) {
    if (error instanceof PolicyError) return { invalid: error.message };
    throw error;
  }
}
