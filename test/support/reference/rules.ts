import type { Rule } from '../../../shared/core/policy/rule.ts';
import { rules } from '../../../shared/rules/index.ts';
import { poolAllowedIdentities } from './pool-allowed-identities.ts';
import { poolAmbiguousIdentity } from './pool-ambiguous-identity.ts';
import { poolIdentityReferences } from './pool-identity-references.ts';
import { poolNamedUserElevation } from './pool-named-user-elevation.ts';
import { poolPlainSecrets } from './pool-plain-secrets.ts';
import { poolRemoteAccess } from './pool-remote-access.ts';
import { poolSubnetNsg } from './pool-subnet-nsg.ts';

/** The rules whose judging was made fast, as they were before. */
export const SLOW_RULES: readonly Rule[] = [
  poolAllowedIdentities,
  poolAmbiguousIdentity,
  poolIdentityReferences,
  poolNamedUserElevation,
  poolPlainSecrets,
  poolRemoteAccess,
  poolSubnetNsg,
];

export const slowRules: readonly Rule[] = rules.map((rule) => SLOW_RULES.find(({ id }) => id === rule.id) ?? rule);
