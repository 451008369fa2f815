import { z } from 'zod';
import { UNKNOWN_CODES } from '../../core/model/reading.ts';
import { CLOSED_CODES } from '../../core/plan/closing.ts';
import { type Attempts, FINDING_STATUSES, type Finding, type Refusal } from '../../core/plan/finding.ts';
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

const Accepted = z.array(Time.nullable().catch(null)).transform((times) => times.filter((time) => time !== null));

const AttemptsColumn = JsonText.pipe(
  z.object({ accepted: Accepted.catch([]), refused: RefusalColumn.nullable().catch(null) }),
).catch(() => ({ accepted: [], refused: null }));

/**
 * A row of the table `findings`: what people query is a column, the rest is JSON. A column that is none, or that another
 * version wrote in words of its own, is read as far as it goes: the next look that sees the finding writes it anew.
 */
const FindingRow = z
  .object({
    rowKey: z.string(),
    rule: z.string(),
    resource: z.string(),
    path: z.string().catch(''),
    severity: z.enum(SEVERITIES).catch('high'),
    /** What is neither unknown nor closed is there. */
    status: z.enum(FINDING_STATUSES).catch('open'),
    why: z.string().catch(''),
    unknownCode: z.enum(UNKNOWN_CODES).optional().catch(undefined),
    observed: JsonText.catch(null),
    desired: JsonText.catch(null),
    fix: z.string().catch(''),
    heldCode: z.enum(HELD_CODES).optional().catch(undefined),
    heldMessage: z.string().optional().catch(undefined),
    /** The message, before there were codes. */
    held: z.string().optional().catch(undefined),
    heldUntil: Time.optional().catch(undefined),
    changeId: z.string().optional().catch(undefined),
    /** What is exempt by nobody's word is open. */
    exemption: JsonText.pipe(z.object({ owner: z.string(), reason: z.string(), until: Time }))
      .optional()
      .catch(undefined),
    closedCode: z.enum(CLOSED_CODES).optional().catch(undefined),
    firstSeen: Time.optional().catch(undefined),
    /** Absent while every look shows it: then it was last seen by the last look. */
    lastSeen: Time.optional().catch(undefined),
    attempts: AttemptsColumn,
  })
  .transform(({ rowKey, rule, resource, fix, heldCode, heldMessage, held, heldUntil, ...row }) => {
    const { unknownCode = null, exemption = null, closedCode = null, changeId = null } = row;
    const isExempt = row.status === 'exempt' && exemption !== null;
    return {
      ...row,
      status: row.status === 'exempt' && !isExempt ? ('open' as const) : row.status,
      exemption: isExempt ? exemption : null,
      unknownCode,
      changeId,
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

/**
 * Rows without a rule or a resource are left out, and left where they are.
 * @param lookedFrom when the last remembered look at the findings' account began, if there is such a thing
 */
export function decodeFindings(rows: readonly unknown[], lookedFrom: Date | null = null): Finding[] {
  return rows.flatMap((row) => {
    const finding = FindingRow.safeParse(row).data;
    if (finding === undefined) return [];
    const firstSeen = finding.firstSeen ?? finding.lastSeen ?? lookedFrom ?? new Date(0);
    return { ...finding, firstSeen, lastSeen: finding.lastSeen ?? lookedFrom ?? firstSeen };
  });
}

/** Whether the look that began then shows the finding as it is: what is closed or only remembered it does not. */
export function isShown({ status, lastSeen }: Finding, lookedFrom: Date | null): boolean {
  return status !== 'closed' && lastSeen.getTime() === lookedFrom?.getTime();
}

/** @param lookedFrom when the look began that the finding is from, if it is from one */
export function encodeFinding(partitionKey: string, finding: Finding, lookedFrom: Date | null = null) {
  const { id, ruleId, resourceId, path, severity, status, why, observed, desired, fix, held } = finding;
  const { unknownCode, changeId, exemption, closedCode, firstSeen, lastSeen, attempts } = finding;
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
    ...(changeId === null ? {} : { changeId }),
    ...(exemption === null ? {} : { exemption: JSON.stringify(exemption) }),
    ...(closedCode === null ? {} : { closedCode }),
    firstSeen,
    ...(isShown(finding, lookedFrom) ? {} : { lastSeen }),
    ...encodeAttempts(attempts),
  };
}

export function encodeAttempts(attempts: Attempts): { readonly attempts: string } {
  return { attempts: JSON.stringify(attempts) };
}
