import { z } from 'zod';
import { UNKNOWN_CODES } from '../../core/model/reading.ts';
import { CLOSED_CODES } from '../../core/plan/closing.ts';
import type { Attempts, Finding, Refusal } from '../../core/plan/finding.ts';
import { HELD_CODES, type Held, RETRY_CODES } from '../../core/plan/held.ts';
import { SEVERITIES } from '../../core/policy/rule.ts';
import { decodeFix } from './fix-column.ts';
import { JsonText } from './json-text.ts';
import { codeOfOldWords, retryCodeOfOldWords } from './old-words.ts';

const Time = z.coerce.date();

/** Another version may know other codes; before there were any, the message was the `reason`. */
const RefusalColumn = z
  .object({
    count: z.number().int(),
    code: z.enum(RETRY_CODES).optional().catch(undefined),
    message: z.string().optional(),
    reason: z.string().optional(),
    nextTry: Time,
  })
  .transform(({ code, reason = '', message = reason, ...rest }): Refusal => {
    return { ...rest, code: code ?? retryCodeOfOldWords(message), message };
  });

const AttemptsColumn = JsonText.pipe(z.object({ accepted: z.array(Time), refused: RefusalColumn.nullable() }));

/** A row of the table `findings`: what people query is a column, the rest is JSON. */
const FindingRow = z
  .object({
    rowKey: z.string(),
    rule: z.string(),
    resource: z.string(),
    path: z.string(),
    severity: z.enum(SEVERITIES),
    status: z.enum(['open', 'unknown', 'closed']),
    why: z.string(),
    /** Another version may know other codes, or none. */
    unknownCode: z.enum(UNKNOWN_CODES).optional().catch(undefined),
    observed: JsonText,
    desired: JsonText,
    fix: z.string(),
    heldCode: z.enum(HELD_CODES).optional().catch(undefined),
    heldMessage: z.string().optional(),
    /** The message, before there were codes. */
    held: z.string().optional(),
    heldUntil: Time.optional(),
    closedCode: z.enum(CLOSED_CODES).optional().catch(undefined),
    firstSeen: Time,
    /** Absent while every look shows it: then it was last seen by the last look. */
    lastSeen: Time.optional(),
    attempts: AttemptsColumn,
  })
  .transform(({ rowKey, rule, resource, fix, heldCode, heldMessage, held, heldUntil, ...row }) => {
    const { unknownCode = null, closedCode = null } = row;
    return {
      ...row,
      unknownCode,
      id: rowKey,
      ruleId: rule,
      resourceId: resource,
      fix: decodeFix(fix, resource),
      held: decodeHeld(heldMessage ?? held, heldCode, heldUntil),
      closedCode,
    };
  });

function decodeHeld(message: string | undefined, code: Held['code'] | undefined, until: Date | undefined): Held | null {
  return message === undefined ? null : { code: code ?? codeOfOldWords(message), message, until: until ?? null };
}

/** @param lookedFrom when the last remembered look at the finding's account began, if there is such a thing */
export function decodeFinding(row: unknown, lookedFrom: Date | null = null): Finding {
  const finding = FindingRow.parse(row);
  return { ...finding, lastSeen: finding.lastSeen ?? lookedFrom ?? finding.firstSeen };
}

/** Whether the look that began then shows the finding as it is: what is closed or only remembered it does not. */
export function isShown({ status, lastSeen }: Finding, lookedFrom: Date | null): boolean {
  return status !== 'closed' && lastSeen.getTime() === lookedFrom?.getTime();
}

/** @param lookedFrom when the look began that the finding is from, if it is from one */
export function encodeFinding(partitionKey: string, finding: Finding, lookedFrom: Date | null = null) {
  const { id, ruleId, resourceId, path, severity, status, why, observed, desired, fix, held } = finding;
  const { unknownCode, closedCode, firstSeen, lastSeen, attempts } = finding;
  return {
    partitionKey,
    rowKey: id,
    rule: ruleId,
    resource: resourceId,
    path,
    severity,
    status,
    why,
    ...(unknownCode === null ? {} : { unknownCode }),
    observed: JSON.stringify(observed ?? null),
    desired: JSON.stringify(desired ?? null),
    fix: JSON.stringify(fix),
    ...(held === null ? {} : { heldCode: held.code, heldMessage: held.message }),
    ...(held === null || held.until === null ? {} : { heldUntil: held.until }),
    ...(closedCode === null ? {} : { closedCode }),
    firstSeen,
    ...(isShown(finding, lookedFrom) ? {} : { lastSeen }),
    ...encodeAttempts(attempts),
  };
}

export function encodeAttempts(attempts: Attempts): { readonly attempts: string } {
  return { attempts: JSON.stringify(attempts) };
}
