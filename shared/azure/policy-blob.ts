import type { ContainerClient } from '@azure/storage-blob';
import { builtInPolicy, type InvalidPolicy, type Policy, parsePolicy } from '../core/policy.ts';
import { PolicyError } from '../core/policy-document.ts';
import type { Rule } from '../core/rule.ts';
import { nullIfMissing } from './storage.ts';

/** The policy in `config/policy.yaml`: the built-in one when there is none; a failed read throws. */
export async function readPolicyBlob(
  config: ContainerClient,
  rules: readonly Rule[],
  abortSignal: AbortSignal,
): Promise<Policy | InvalidPolicy> {
  const text = await config
    .getBlobClient('policy.yaml')
    .downloadToBuffer(0, undefined, { abortSignal })
    .then(String, nullIfMissing);
  if (text === null) return builtInPolicy(rules);
  try {
    return parsePolicy(text, rules);
  } catch (error) {
    if (error instanceof PolicyError) return { invalid: error.message };
    throw error;
  }
}
