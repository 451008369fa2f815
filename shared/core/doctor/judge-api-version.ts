import { listed } from '../model/words.ts';
import { fail, type Judged, ok, warn } from './check.ts';
import type { Shipped, SubscriptionReadings } from './readings.ts';

const NAME = 'batch-api-version';

/** Whether Azure still serves the api-version of Batch that we speak, and a newer one. Previews count for nothing. */
export function judgeApiVersion(
  { apiVersions: seen }: Pick<SubscriptionReadings, 'apiVersions'>,
  { apiVersion }: Pick<Shipped, 'apiVersion'>,
): Judged {
  if ('unseen' in seen)
    return warn(NAME, `the versions that Azure serves could not be read: ${seen.unseen}`, 'see rights-to-read');
  if (!seen.known.includes(apiVersion))
    return fail(
      NAME,
      `Azure serves ${apiVersion} of Microsoft.Batch no more, which this version of Batch Warden speaks: nothing can be read`,
      'install a newer version of Batch Warden (docs/deploy.md#upgrade)',
    );
  const newer = seen.known.filter((version) => /^\d{4}-\d\d-\d\d$/.test(version) && version > apiVersion).toSorted();
  if (newer.length === 0) return ok(NAME, `${apiVersion} is the newest that Azure serves`);
  return warn(
    NAME,
    `Azure serves ${listed(newer)}, newer than ${apiVersion}: what only these show is not seen. A pool that has such a setting is not written`,
    'see whether a newer version of Batch Warden knows it; nothing else is needed now',
  );
}
