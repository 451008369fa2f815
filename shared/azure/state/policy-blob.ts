import { text } from 'node:stream/consumers';
import type { ContainerClient } from '@azure/storage-blob';
import { PolicyError, parsePolicy } from '../../core/policy/parse-policy.ts';
import { builtInPolicy, type InvalidPolicy, type Policy } from '../../core/policy/policy.ts';
import type { Rule } from '../../core/policy/rule.ts';
import { nullIfMissing } from './storage.ts';

/** The policy in `config/policy.yaml`: the built-in one when there is none; a failed read throws. */
export async function readPolicyBlob(
  config: ContainerClient,
  rules: readonly Rule[],
  abortSignal: AbortSignal,
): Promise<Policy | InvalidPolicy> {
  // One answer, read to its end: pieces read apart could be of two policies.
  const answer = await config.getBlobClient('policy.yaml').download(0, undefined, { abortSignal }).catch(nullIfMissing);
  if (answer === null) return builtInPolicy(rules);
  if (answer.readableStreamBody === undefined) throw new Error('The policy came without a body.');
  const policy = await text(answer.readableStreamBody);
  try {
    return parsePolicy(policy, rules);
  } catch (error) {
    if (error instanceof PolicyError) return { invalid: error.message };
    throw error;
  }
}
