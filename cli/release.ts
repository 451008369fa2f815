import { type AccountId, parseAccountId, parsePoolId, sameId } from '../shared/core/model/resource-id.ts';
import { redacted, redactedIn } from '../shared/core/plain-secrets/redacted.ts';
import { DRAIN } from '../shared/core/plan/drain-finding.ts';
import { type Released, releaseJson } from '../shared/report/release-report.ts';
import { rules } from '../shared/rules/index.ts';
import { askForLook, orBadInput, requestsOf, whoAsks } from './asking.ts';
import { BadInput, CLEAN, type Io } from './io.ts';
import { noSuchRule } from './nearest.ts';
import type { ReleaseOptions } from './release-command.ts';
import { releaseText } from './release-in-words.ts';
import { whyFailed } from './why-failed.ts';

/** Leaves the word that a rule may write to a resource again, and gives the exit code. */
export async function release(resource: string, ruleId: string, options: ReleaseOptions, io: Io): Promise<number> {
  const resourceId = resourceOf(resource, ruleId, io).text;
  const who = whoAsks(options.by);
  const requests = await requestsOf(options.storage);
  const kept = await requests.findings(resourceId).catch((error: unknown) => ({ unread: whyFailed(error) }));
  // By the clock of the storage where it tells: one that is dated ahead releases nothing until its time comes.
  const at = ('at' in kept ? kept.at : null) ?? new Date();
  await orBadInput('Nothing was released', () => requests.release({ ruleId, resourceId, who, at }));
  const look = await askForLook(requests, resourceId, at);
  const findings =
    'unread' in kept ? kept : { known: kept.findings.filter((finding) => sameId(finding.resourceId, resourceId)) };
  const released: Released = { ruleId, resourceId, who, at, look, findings };
  io.out(options.format === 'json' ? releaseJson(redactedIn(released)) : redacted(releaseText(released, io)));
  return CLEAN;
}

/** @throws BadInput for what is no resource of the rule */
function resourceOf(resource: string, ruleId: string, io: Io): AccountId {
  const pool = parsePoolId(resource);
  const id = pool ?? parseAccountId(resource);
  if (id === null) throw new BadInput(`Not the ARM id of a Batch account or pool: ${resource}`);
  const rule = rules.find((one) => one.id === ruleId);
  if (rule === undefined && ruleId !== DRAIN)
    throw new BadInput(noSuchRule(ruleId, [...rules.map((one) => one.id), DRAIN], io));
  const scope = rule?.scope ?? 'pool';
  const subject = rule === undefined ? 'Drains are' : `${ruleId} is`;
  if (scope === 'pool' && pool === null)
    throw new BadInput(
      `${subject} of pools, and this is the id of an account: give that of the pool (.../pools/NAME).`,
    );
  if (scope === 'account' && pool !== null)
    throw new BadInput(
      `${subject} of accounts, and this is the id of a pool: give that of its account, without /pools/${pool.pool}.`,
    );
  return id;
}
