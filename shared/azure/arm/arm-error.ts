import type { RestError } from '@azure/core-rest-pipeline';
import { z } from 'zod';
import { readingFailed, type UnknownReason, unreadable } from '../../core/model/reading.ts';
import { redacted } from '../../core/plain-secrets/redacted.ts';
import type { ArmAnswer } from './arm-answer.ts';

const Body = z.looseObject({
  error: z.looseObject({
    code: z.string(),
    message: z.string().nullish(),
    details: z.array(z.looseObject({ code: z.string().nullish(), message: z.string().nullish() })).nullish(),
  }),
});

/** An answer of Azure Resource Manager that is not what was asked for. */
export class ArmError extends Error {
  readonly status: number;
  readonly code: string | null;
  readonly retryAfter: number | null;

  constructor(answer: ArmAnswer, message = reasonOf(answer)) {
    super(message);
    this.name = 'ArmError';
    this.status = answer.status;
    this.code = codeOf(answer);
    this.retryAfter = answer.retryAfter;
  }
}

/** ARM's error code; programs may rely on it, not on the message. */
function codeOf(answer: ArmAnswer): string | null {
  const body = Body.safeParse(answer.body);
  return body.success ? body.data.error.code : null;
}

/** Code and message for a person, with the property that Batch names; without the request's id and time, and redacted: it may repeat what a body holds. */
export function reasonOf(answer: ArmAnswer): string {
  const body = Body.safeParse(answer.body);
  if (!body.success) return `HTTP ${answer.status}`;
  const { code, message, details } = body.data.error;
  const property = details?.find((detail) => detail.code === 'PropertyPath' || detail.code === 'PropertyName')?.message;
  const text = (message ?? '').split('\n')[0]?.trim();
  return redacted([code, property && `(${property})`, text && `- ${text}`].filter(Boolean).join(' '));
}

/** Throttling, or a service that is busy. */
export function asksToWait(error: unknown): error is ArmError {
  return error instanceof ArmError && (error.status === 429 || error.status === 503);
}

/** Azure refused or did not answer, which another look may cure; or it answered something that is not as specified. */
export function whyNotRead(what: string, error: ArmError | RestError): UnknownReason {
  const message = `${what}: ${error.message}`;
  return error instanceof ArmError && error.status < 400 ? unreadable(message) : readingFailed(message);
}

/**
 * Whether a 404 says that this very account does not exist, rather than something on the way to it.
 * Batch's codes: https://learn.microsoft.com/rest/api/batchservice/batch-status-and-error-codes
 * ARM's: https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-not-found
 */
export function saysAccountGone({ status, code }: Pick<ArmError, 'status' | 'code'>): boolean {
  return status === 404 && ['AccountNotFound', 'ResourceNotFound', 'ResourceGroupNotFound'].includes(code ?? '');
}

/** Of a subscription that was deleted, or is in no tenant of ours. */
export function saysSubscriptionGone({ status, code }: Pick<ArmError, 'status' | 'code'>): boolean {
  return status === 404 && code === 'SubscriptionNotFound';
}

/** Of any other resource than Batch's: ARM itself says so. */
export function saysResourceGone({ status, code }: Pick<ArmError, 'status' | 'code'>): boolean {
  return status === 404 && ['ResourceNotFound', 'ResourceGroupNotFound'].includes(code ?? '');
}

export function saysPoolGone({ status, code }: Pick<ArmError, 'status' | 'code'>): boolean {
  return status === 404 && ['PoolNotFound', 'ResourceNotFound'].includes(code ?? '');
}

/** Whether the provider has no such api-version, or has it no more. */
export function saysVersionUnknown({ status, code }: Pick<ArmError, 'status' | 'code'>): boolean {
  return status === 400 && ['NoRegisteredProviderFound', 'InvalidApiVersionParameter'].includes(code ?? '');
}
