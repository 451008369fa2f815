import { z } from 'zod';
import type { Account } from '../core/model/account.ts';
import { manual, setAccount } from '../core/model/change.ts';
import type { Perimeter } from '../core/model/facet.ts';
import type { Reading } from '../core/model/reading.ts';
import { inOrder, listed } from '../core/model/words.ts';
import { defineRule, type Outcome, type Violation } from '../core/policy/rule.ts';
import { coverIpv4, letsEveryoneIn } from '../core/reachability/ip-rules.ts';
import { GROUPS, missingForCutOff, withConnections } from '../core/reachability/private-endpoints.ts';
import { isOpen } from '../core/reachability/public-access.ts';

const ACCESS = 'properties.publicNetworkAccess';
const DISABLED = 'Disabled';
const PERIMETERS = 'networkSecurityPerimeterConfigurations';

/** Whoever reaches the endpoint of the API can try a key or a token on it. */
export const accountPublicNetwork = defineRule({
  id: 'account-public-network',
  scope: 'account',
  title: "The account's public endpoint does not let the whole internet in",
  advice: 'let in only known callers: by private endpoints or IP rules',
  severity: 'medium',
  sources: ['security-best-practices'],
  reads: [
    'properties.publicNetworkAccess',
    'properties.networkProfile.accountAccess',
    'properties.privateEndpointConnections',
    PERIMETERS,
    'pools[].properties.networkConfiguration.subnetId',
  ],
  sets: ['publicNetworkAccess'],
  breaks: 'callers and nodes that come over the public endpoint: they are cut off',
  permissions: ['Microsoft.Batch/batchAccounts/write'],
  needs: { fix: ['connections'], exactness: ['perimeters'] },
  options: z.strictObject({
    allowIpRules: z.boolean().default(true),
    privateAccess: z.literal('confirmed').optional(),
  }),

  check(given, { options, snapshot }) {
    const account = withConnections(given, snapshot.facets);
    const { allowIpRules, privateAccess } = options;
    const open = isOpen(account, 'accountAccess', allowIpRules);
    if ('unknown' in open) return [{ path: ACCESS, unknown: open.unknown }];
    if (!open.known) return [];
    const perimeter = perimeterOf(snapshot.facets.perimeters);
    if ('outcomes' in perimeter) return perimeter.outcomes;
    const missing = missingForCutOff(account, snapshot, GROUPS, privateAccess === 'confirmed');
    const { why, otherwise, ...place } = allowIpRules ? causeOf(account) : withoutIpRules(account);
    const fix =
      missing.length === 0 && perimeter.mayClose
        ? setAccount(account, { publicNetworkAccess: DISABLED })
        : manual(
            [inOrder(...missing, `set publicNetworkAccess to ${DISABLED}`), ...otherwise, ...perimeter.otherwise].join(
              ' ',
            ),
          );
    return [{ ...place, why: [why, ...perimeter.why].join(' '), fix }];
  },
});

interface WithoutPerimeter {
  /** Sentences. */
  readonly why: readonly string[];
  readonly otherwise: readonly string[];
  /** Nobody is about to restrict the account by a perimeter. */
  readonly mayClose: boolean;
}

/** Under an enforced perimeter its rules decide, whatever the account says: then these are the outcomes. */
function perimeterOf(
  perimeters: Reading<readonly Perimeter[]>,
): WithoutPerimeter | { readonly outcomes: readonly Outcome[] } {
  if ('unknown' in perimeters) {
    const { code, message } = perimeters.unknown;
    if (code !== 'not-shown') return { outcomes: [{ path: ACCESS, unknown: perimeters.unknown }] };
    const why = [`Whether a network security perimeter restricts it was not considered: ${message}.`];
    return { why, otherwise: [], mayClose: false };
  }
  const enforced = perimeters.known.filter(isEnforced);
  const others = perimeters.known.map(({ name, accessMode }) => `${name} (${accessMode ?? 'no access mode'})`);
  if (enforced.length === 0) {
    if (others.length === 0) return { why: [], otherwise: [], mayClose: true };
    const why = [`It is associated with a perimeter that is not enforced: ${listed(others)}.`];
    return { why, otherwise: ['Or set the access mode of that association to Enforced.'], mayClose: false };
  }
  const inbound = enforced.flatMap((perimeter) => perimeter.inbound);
  const everyone = coverIpv4(inbound.map((value) => ({ value, unmodelled: {} })));
  if ('unknown' in everyone) return { outcomes: [{ path: PERIMETERS, unknown: everyone.unknown }] };
  if (!everyone.known) return { outcomes: [] };
  const why =
    'The account is in an enforced network security perimeter, whose inbound rules together hold every IPv4 address.';
  const fix = manual(
    'In the profile of the network security perimeter, leave only inbound access rules for the addresses of known callers.',
  );
  return {
    outcomes: [{ path: PERIMETERS, observed: inbound, desired: 'only the addresses of known callers', why, fix }],
  };
}

function isEnforced({ accessMode, provisioningState }: Perimeter): boolean {
  return accessMode?.toLowerCase() === 'enforced' && (provisioningState ?? 'Succeeded').toLowerCase() === 'succeeded';
}

/** What lets everyone in, and how a person cures just that. */
interface Cause extends Pick<Violation, 'path' | 'observed' | 'desired' | 'why'> {
  /** What to do instead of closing the endpoint. */
  readonly otherwise: readonly string[];
}

function causeOf(account: Account): Cause {
  const { networkProfile, publicNetworkAccess: observed } = account.settings;
  const access = networkProfile?.accountAccess ?? null;
  const why = 'The API of the account can be reached from the whole internet';
  if (access?.defaultAction?.toLowerCase() !== 'deny')
    return { path: ACCESS, observed, desired: DISABLED, why: `${why}.`, otherwise: [NAME_CALLERS] };
  return {
    path: 'properties.networkProfile.accountAccess.ipRules',
    observed: access.ipRules.map(({ value }) => value),
    desired: `only the addresses of known callers, or publicNetworkAccess ${DISABLED}`,
    why: `${why}: its IP rules together hold every IPv4 address.`,
    otherwise: [LEAVE_CALLERS],
  };
}

function withoutIpRules({ settings }: Account): Cause {
  const everyone = letsEveryoneIn(settings.networkProfile?.accountAccess ?? null);
  const why =
    'known' in everyone && everyone.known
      ? 'The API of the account can be reached from the whole internet.'
      : 'The API of the account has a public endpoint, and IP rules are not taken to be enough.';
  return { path: ACCESS, observed: settings.publicNetworkAccess, desired: DISABLED, why, otherwise: [] };
}

const NAME_CALLERS =
  'Or keep it Enabled for known callers only: name their addresses in the ipRules of networkProfile.accountAccess, then set its defaultAction to Deny, sending networkProfile whole.';
const LEAVE_CALLERS =
  'Or keep it Enabled for known callers only: of the ipRules of networkProfile.accountAccess, leave only those for their addresses, sending networkProfile whole; its defaultAction is Deny already.';
