import { CHECKS, type Check, type Judged, THE_APP } from './check.ts';
import { judgeApiVersion } from './judge-api-version.ts';
import { judgeOwn, judgePoison, judgePolicy, judgeQueueAges, judgeTokens } from './judge-app.ts';
import { judgeEventSubscription } from './judge-event-subscription.ts';
import { judgeLastEvent, judgeUnannounced } from './judge-events.ts';
import { judgeRightsToRead, judgeRightsToWrite } from './judge-rights.ts';
import { judgeStorageAccount, judgeStores } from './judge-storage.ts';
import type { Readings, Shipped } from './readings.ts';

/** All checks, those of the app first, then those of each subscription. */
export function judge(readings: Readings, shipped: Shipped): Check[] {
  const { at, isApp } = readings;
  const ofApp = [
    ...judgeTokens(readings.tokens, isApp),
    judgeStores(readings.stores, isApp),
    judgeStorageAccount(readings.storageAccount),
    judgeQueueAges(readings.queues, at),
    judgePoison(readings.queues),
    judgePolicy(readings.policy),
    ...(readings.own === null ? [] : [judgeOwn(readings.own, at)]),
  ];
  return [
    ...about(THE_APP, ofApp),
    ...readings.subscriptions.flatMap((seen) =>
      about(`/subscriptions/${seen.subscription}`, [
        judgeRightsToRead(seen, shipped, isApp),
        judgeRightsToWrite(seen, shipped, isApp),
        judgeEventSubscription(seen, shipped, at),
        judgeLastEvent(seen),
        judgeUnannounced(seen),
        judgeApiVersion(seen, shipped),
      ]),
    ),
  ];
}

function about(resource: string, checks: readonly Judged[]): Check[] {
  return checks
    .map((check) => ({ ...check, about: resource }))
    .toSorted((a, b) => CHECKS.indexOf(a.name) - CHECKS.indexOf(b.name));
}
