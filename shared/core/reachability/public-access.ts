import type { Account } from '../model/account.ts';
import type { NetworkProfile } from '../model/network-profile.ts';
import { type Reading, undecided } from '../model/reading.ts';
import { mayLack } from '../model/shows.ts';
import { letsEveryoneIn } from './ip-rules.ts';

/** A public endpoint of an account, as `networkProfile` calls it. */
type Endpoint = keyof Omit<NetworkProfile, 'unmodelled'>;

/** Whether the account has public endpoints. Absent means Enabled. */
function hasPublicEndpoints({ settings }: Account): Reading<boolean> {
  const { publicNetworkAccess } = settings;
  switch ((publicNetworkAccess ?? 'Enabled').toLowerCase()) {
    case 'enabled':
      return { known: true };
    case 'disabled':
    case 'securedbyperimeter':
      return { known: false };
    default:
      return { unknown: undecided(`what the public network access ${publicNetworkAccess} means is not known`) };
  }
}

/**
 * Whether the whole internet reaches the endpoint. What a body lacks is taken to be open: a partial body that would be
 * open only for that is unknown.
 * @param ipRulesCount false when the network profile is not to be considered
 */
export function isOpen(account: Account, endpoint: Endpoint, ipRulesCount = true): Reading<boolean> {
  const { publicNetworkAccess, networkProfile } = account.settings;
  const hasEndpoints = hasPublicEndpoints(account);
  if ('unknown' in hasEndpoints || !hasEndpoints.known) return hasEndpoints;
  const everyone = ipRulesCount ? letsEveryoneIn(networkProfile?.[endpoint] ?? null) : { known: true };
  if ('unknown' in everyone || !everyone.known) return everyone;
  const lacks = publicNetworkAccess === null || (ipRulesCount && networkProfile === null);
  const unseen = lacks ? mayLack(account, 'what restricts public access') : null;
  return unseen === null ? { known: true } : { unknown: unseen };
}
