import { odata, type TableClient } from '@azure/data-tables';
import type { SubscriptionReadings, Unannounced } from '../../core/doctor/readings.ts';
import { accountOf, idKey, sameId } from '../../core/model/resource-id.ts';
import { after, DAY, HOUR, latest } from '../../core/model/time.ts';
import type { Finding } from '../../core/plan/finding.ts';
import type { Rule } from '../../core/policy/rule.ts';
import { decodeFindings } from '../state/finding-rows.ts';
import { lastChangeOf } from '../state/hints.ts';
import { receivedOf } from '../state/received.ts';
import { seen } from './seen.ts';

const COLUMNS = ['PartitionKey', 'RowKey', 'rule', 'resource', 'status', 'firstSeen', 'lastSeen', 'attempts'];
/** Events come within a day, and rows older than this are not read. */
const WEEK = 7 * DAY;
/** Of one subscription, so that the time that it takes has an end. */
const MOST_RESOURCES = 200;

/** Rules of accounts whose verdict no pool, role, connection or other resource changes. */
const OF_THE_BODY_ALONE: ReadonlySet<string> = new Set([
  'account-aad-only',
  'account-identity',
  'account-customer-managed-key',
  'account-pool-allocation-mode',
  'account-autostorage-identity',
]);

/** The findings of a week, and what our writes for them came to. */
export async function recentFindings(findings: TableClient, now: Date): Promise<readonly Finding[]> {
  const filter = odata`Timestamp ge ${after(now, -WEEK - DAY)}`;
  return decodeFindings(await Array.fromAsync(findings.listEntities({ queryOptions: { filter, select: COLUMNS } })));
}

/** What is kept of a subscription's events, and what they should have told. @param rules those whose findings are of bodies */
export async function readEvents(
  hints: TableClient,
  findings: () => Promise<readonly Finding[]>,
  subscription: string,
  rules: readonly Pick<Rule, 'id'>[],
  now: Date,
): Promise<Pick<SubscriptionReadings, 'lastEvent' | 'lastWrite' | 'unannounced'>> {
  const received = await seen(() => receivedOf(hints, subscription));
  const ofIt = async () =>
    (await findings()).filter(({ resourceId }) => sameId(accountOf(resourceId)?.subscription ?? '', subscription));
  const [lastWrite, unannounced] = await Promise.all([
    seen(async () => lastWriteOf(await ofIt(), now)),
    seen(async () => {
      const first = 'known' in received ? (received.known?.since ?? null) : null;
      return unannouncedOf(hints, (await ofIt()).filter(isNew(rules, first, now)));
    }),
  ]);
  return {
    lastEvent: 'known' in received ? { known: received.known?.last ?? null } : received,
    lastWrite,
    unannounced,
  };
}

function lastWriteOf(findings: readonly Finding[], now: Date): Date | null {
  const accepted = findings.flatMap(({ attempts }) => attempts.accepted).filter((at) => at <= after(now, -DAY));
  return accepted.reduce<Date | null>(latest, null);
}

/** Whether the finding is new, and there were events by then. Without events every finding is new at the first look. */
function isNew(rules: readonly Pick<Rule, 'id'>[], firstEvent: Date | null, now: Date) {
  return ({ ruleId, status, firstSeen }: Finding): boolean =>
    status === 'open' &&
    rules.some(({ id }) => id === ruleId) &&
    firstEvent !== null &&
    firstSeen > after(firstEvent, DAY) &&
    firstSeen > after(now, -WEEK) &&
    firstSeen < after(now, -HOUR);
}

async function unannouncedOf(hints: TableClient, opened: readonly Finding[]): Promise<Unannounced> {
  const resources: string[] = [];
  const days = new Set<string>();
  const byResource = [...Map.groupBy(opened, ({ resourceId }) => idKey(resourceId))].slice(0, MOST_RESOURCES);
  for (const [resource, found] of byResource) {
    const account = accountOf(resource);
    const changed = account === null ? null : await lastChangeOf(hints, account, resource);
    const untold = found.filter(({ firstSeen }) => changed === null || changed < after(firstSeen, -DAY));
    if (untold.length === found.length) resources.push(resource);
    // What came back after a write of ours is no change of somebody: our own events are not kept.
    for (const { ruleId, firstSeen, attempts } of untold)
      if (OF_THE_BODY_ALONE.has(ruleId) && attempts.accepted.length === 0)
        days.add(firstSeen.toISOString().slice(0, 10));
  }
  return { opened: opened.length, resources, daysOfAccounts: days.size };
}
