import { z } from 'zod';
import type { Fix } from '../../core/model/change.ts';
import type { Attempts, Finding } from '../../core/plan/finding.ts';
import { SEVERITIES } from '../../core/policy/rule.ts';

const Json = z.string().transform((text): unknown => JSON.parse(text));
const Time = z.coerce.date();

const AttemptsColumn = Json.pipe(
  z.object({
    accepted: z.array(Time),
    refused: z.object({ count: z.number().int(), reason: z.string(), nextTry: Time }).nullable(),
  }),
);

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
    observed: Json,
    desired: Json,
    fix: Json,
    held: z.string().optional(),
    heldUntil: Time.optional(),
    firstSeen: Time,
    lastSeen: Time,
    attempts: AttemptsColumn,
  })
  .transform(({ rowKey, rule, resource, held, heldUntil, fix, ...row }): Finding => {
    return {
      ...row,
      id: rowKey,
      ruleId: rule,
      resourceId: resource,
      fix: fix as Fix | null, // only this program writes it, and nothing is sent to Azure from a row
      held: held === undefined ? null : { reason: held, until: heldUntil ?? null },
    };
  });

export function decodeFinding(row: unknown): Finding {
  return FindingRow.parse(row);
}

export function encodeFinding(partitionKey: string, finding: Finding) {
  const { id, ruleId, resourceId, path, severity, status, why, observed, desired, fix, held } = finding;
  const { firstSeen, lastSeen, attempts } = finding;
  return {
    partitionKey,
    rowKey: id,
    rule: ruleId,
    resource: resourceId,
    path,
    severity,
    status,
    why,
    observed: JSON.stringify(observed ?? null),
    desired: JSON.stringify(desired ?? null),
    fix: JSON.stringify(fix),
    ...(held === null ? {} : { held: held.reason }),
    ...(held === null || held.until === null ? {} : { heldUntil: held.until }),
    firstSeen,
    lastSeen,
    ...encodeAttempts(attempts),
  };
}

export function encodeAttempts(attempts: Attempts): { readonly attempts: string } {
  return { attempts: JSON.stringify(attempts) };
}
