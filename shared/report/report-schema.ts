import { z } from 'zod';
import { UNKNOWN_CODES } from '../core/model/reading.ts';
import { EXEMPTION_NOTES } from '../core/plan/exemption-notes.ts';
import { HELD_CODES } from '../core/plan/held.ts';
import { SEVERITIES } from '../core/policy/rule.ts';

const time = (says: string) => z.iso.datetime().describe(`${says}: ISO 8601, UTC`);

const ManualFix = z.object({
  kind: z.literal('manual').describe('a person has to do it'),
  why: z.string().describe('what, in order, for people'),
});

const ChangeFix = z.object({
  kind: z.enum(['set-account', 'set-pool', 'set-secret']).describe('what it sets'),
  id: z.string().describe('the ARM id of what is set; of a secret its URL'),
  set: z.record(z.string(), z.unknown()).describe('only the settings to reach, each as the whole new value: see below'),
});

const Finding = z.object({
  id: z.string().describe('the same for the same rule, resource and path, in every scan and in the app'),
  rule: z.string().describe('the id of the rule'),
  resource: z.string().describe('the ARM id of the account or pool'),
  severity: z.enum(SEVERITIES).describe('how bad it is'),
  status: z
    .enum(['open', 'exempt', 'unknown'])
    .describe("open: it is so; exempt: it is so, and left by somebody's word; unknown: no verdict could be reached"),
  path: z.string().describe('where in the body of the resource; empty for the whole'),
  observed: z.unknown().describe('what is there; null where there is nothing to say'),
  desired: z.unknown().describe('what is to be there; null where there is nothing to say'),
  why: z.string().describe('what is wrong, or why it is not known; for people'),
  unknownCode: z.enum(UNKNOWN_CODES).nullable().describe('why it is not known; null unless it is unknown'),
  fix: z.union([ManualFix, ChangeFix]).nullable().describe('what mends it; null where it is unknown'),
  held: z
    .object({
      code: z.enum(HELD_CODES).describe('for programs'),
      message: z.string().describe('for people'),
      until: z.iso
        .datetime()
        .nullable()
        .describe('when it is worth another look; null where only an event outside can change it'),
    })
    .nullable()
    .describe('why the fix is not written now; null where it would be, or where there is none'),
  exemption: z
    .object({
      owner: z.string().describe('who answers for it'),
      reason: z.string().describe('why it is left'),
      until: time('when it ends'),
    })
    .nullable()
    .describe('by whose word it is left; null unless it is exempt'),
  baseline: z
    .enum(['new', 'known'])
    .nullable()
    .describe('known: the baseline has it, no less grave; null without a baseline, and where it is exempt'),
});

const KnownFinding = z.object({
  id: z.string().describe('of the finding'),
  rule: z.string().describe('the id of the rule'),
  resource: z.string().describe('the ARM id of the account or pool'),
  path: z.string().describe('where in the body of the resource; empty for the whole'),
  severity: z.enum(SEVERITIES).describe('how bad it was'),
  status: z.enum(['open', 'unknown']).describe('how it stood'),
});

const ExemptionNote = z.object({
  code: z
    .enum(EXEMPTION_NOTES)
    .describe('ends-soon: within 30 days; over: it exempts nothing any more; matches-nothing: no finding of this scan'),
  rule: z.string().describe('the id of the rule'),
  covers: z.string().describe('the ARM id that it is for, or its patterns'),
  owner: z.string().describe('who answers for it'),
  until: time('when it ends'),
  message: z.string().describe('for people'),
});

const ReadingError = z.object({
  source: z.string().describe('the file, the ARM id, or the subscription'),
  path: z.string().describe('where in it; empty for the whole'),
  message: z.string().describe('for people'),
});

/** What `scan --format json` prints. */
const Report = z.object({
  schema: z.literal(1).describe('grows when a reader of the old form would be misled; new keys alone do not change it'),
  accounts: z.int().describe('how many accounts were given, the unreadable among them'),
  pools: z.int().describe('how many pools were given, the unreadable among them'),
  findings: z.array(Finding).describe('the most severe first'),
  exemptions: z.array(ExemptionNote).describe('what somebody is to see to about exemptions of the policy'),
  errors: z.array(ReadingError).describe('what could not be read; the rest was judged all the same'),
  baseline: z
    .object({
      closed: z.array(KnownFinding).describe('what it has, and is no more'),
      unjudged: z.array(KnownFinding).describe('what it has, and was not judged now'),
    })
    .nullable()
    .describe('what the baseline has beside these findings; null without one'),
});

/** For readers: keys that are new do not break them. */
export function reportJsonSchema(): object {
  return {
    title: 'Batch Warden: the report of a scan',
    ...z.toJSONSchema(Report, { io: 'input', target: 'draft-2020-12' }),
  };
}

/** The same, which takes no key that it does not know. */
export function closedReportSchema(): object {
  return z.toJSONSchema(Report, { io: 'output', target: 'draft-2020-12' });
}
