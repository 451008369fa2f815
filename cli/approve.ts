import type { OpenRequests } from '../shared/azure/state/open-requests.ts';
import { after, millisecondsOf } from '../shared/core/model/time.ts';
import { redacted, redactedIn } from '../shared/core/plain-secrets/redacted.ts';
import { LONGEST_APPROVAL } from '../shared/core/plan/approvals.ts';
import { CHANGE_ID } from '../shared/core/plan/change-id.ts';
import { durationFound } from '../shared/core/policy/duration.ts';
import { type ApprovedChange, approveJson } from '../shared/report/approve-report.ts';
import type { ApproveOptions } from './approve-command.ts';
import { approveText } from './approve-in-words.ts';
import { askForLook, orBadInput, requestsOf, whoAsks } from './asking.ts';
import { BadInput, CLEAN, type Io } from './io.ts';

/** Nobody reads more of them. */
const MOST = 100;

/** Approves changes that findings ask for, and gives the exit code. */
export async function approve(ids: readonly string[], options: ApproveOptions, io: Io): Promise<number> {
  const changeIds = [...new Set(ids.map(changeIdIn))];
  if (changeIds.length > MOST) throw new BadInput(`At most ${MOST} changes are approved at once.`);
  const who = whoAsks(options.by);
  const length = lengthOf(options.for);
  const requests = await requestsOf(options.storage);
  const asked = await orBadInput('Nothing was approved', () =>
    Promise.all(changeIds.map((id) => askedFor(id, requests))),
  );
  const faults = asked.flatMap((one) => ('fault' in one ? one.fault : []));
  if (faults.length > 0) throw new BadInput(['Nothing was approved.', ...faults].join('\n'));
  // By the clock of the storage where it tells, as `until` is read by that.
  const at = asked.flatMap((one) => ('at' in one && one.at !== null ? one.at : []))[0] ?? new Date();
  const until = after(at, length);
  const changes: ApprovedChange[] = [];
  for (const one of asked) {
    if ('fault' in one) continue;
    const { changeId, resourceId } = one;
    const before =
      changes.length === 0 ? 'Nothing was approved' : `${changes.length} of ${asked.length} were approved, and no more`;
    await orBadInput(before, () => requests.approve({ changeId, resourceId, who, at, until }));
    changes.push({ ...one, look: await askForLook(requests, resourceId, at) });
  }
  const approved = { who, at, until, changes };
  io.out(options.format === 'json' ? approveJson(redactedIn(approved)) : redacted(approveText(approved, io)));
  return CLEAN;
}

function changeIdIn(text: string): string {
  const id = text.toLowerCase();
  if (CHANGE_ID.test(id)) return id;
  throw new BadInput(`Not the id of a change: ${text}. It has 16 hex digits; batch-warden plan shows it.`);
}

/** Milliseconds. @throws BadInput */
function lengthOf(text: string): number {
  const isAllowed = (length: number) => length > 0 && length <= LONGEST_APPROVAL;
  const length = millisecondsOf(text);
  if (length !== null && isAllowed(length)) return length;
  throw new BadInput(
    `--for must be a duration up to P30D, in days, hours and minutes as in P1D or PT4H; ${durationFound(text, isAllowed)}`,
  );
}

type Asked = (Omit<ApprovedChange, 'look'> & { readonly at: Date | null }) | { readonly fault: string };

async function askedFor(changeId: string, requests: OpenRequests): Promise<Asked> {
  const { findings, at } = await requests.asking(changeId);
  const [first] = findings;
  if (first === undefined) return { fault: `${changeId}: ${await whyUnknown(changeId, requests)}` };
  return { changeId, resourceId: first.resourceId, fix: first.fix, findings, at };
}

async function whyUnknown(changeId: string, requests: OpenRequests): Promise<string> {
  const past = await requests.approvals(changeId).catch(() => []);
  const last = past.at(-1);
  if (last === undefined)
    return 'no finding asks for it. Run batch-warden plan: the change may have another id by now.';
  const { who, end, until } = last;
  const given = `it was approved by ${who}, and no finding asks for it any more`;
  if (end === null)
    return `${given}; that approval ${until <= new Date() ? 'ran out at' : 'holds until'} ${until.toISOString()}.`;
  const how = end.how === 'used' ? 'was used' : 'became void';
  return `${given}; that approval ${how} at ${end.at.toISOString()}.`;
}
