import type { Rule } from '../core/policy/rule.ts';
import { accountAadOnly } from './account-aad-only.ts';
import { accountAutostorageIdentity } from './account-autostorage-identity.ts';
import { accountAutostoragePermission } from './account-autostorage-permission.ts';
import { accountCustomerManagedKey } from './account-customer-managed-key.ts';
import { accountDiagnosticLogs } from './account-diagnostic-logs.ts';
import { accountIdentity } from './account-identity.ts';
import { accountNodeIdentity } from './account-node-identity.ts';
import { accountNodeManagementAccess } from './account-node-management-access.ts';
import { accountNodesCutOff } from './account-nodes-cut-off.ts';
import { accountPoolAllocationMode } from './account-pool-allocation-mode.ts';
import { accountPrivateEndpoint } from './account-private-endpoint.ts';
import { accountPublicNetwork } from './account-public-network.ts';
import { poolAllowedIdentities } from './pool-allowed-identities.ts';
import { poolAmbiguousIdentity } from './pool-ambiguous-identity.ts';
import { poolAutoUserScope } from './pool-auto-user-scope.ts';
import { poolCertificateRotation } from './pool-certificate-rotation.ts';
import { poolCertificates } from './pool-certificates.ts';
import { poolDiskEncryption } from './pool-disk-encryption.ts';
import { poolIdentity } from './pool-identity.ts';
import { poolIdentityReferences } from './pool-identity-references.ts';
import { poolImageSupport } from './pool-image-support.ts';
import { poolNamedUserElevation } from './pool-named-user-elevation.ts';
import { poolNamedUserSecret } from './pool-named-user-secret.ts';
import { poolNodeCommunication } from './pool-node-communication.ts';
import { poolPlainSecrets } from './pool-plain-secrets.ts';
import { poolPublicIp } from './pool-public-ip.ts';
import { poolRemoteAccess } from './pool-remote-access.ts';
import { poolStartTaskElevation } from './pool-start-task-elevation.ts';
import { poolSubnet } from './pool-subnet.ts';
import { poolSubnetNsg } from './pool-subnet-nsg.ts';
import { poolSubnetOutbound } from './pool-subnet-outbound.ts';
import { poolTrustedLaunch } from './pool-trusted-launch.ts';
import { poolVirtualMachineConfiguration } from './pool-virtual-machine-configuration.ts';

/** Every rule, one line each. */
export const rules: readonly Rule[] = [
  accountAadOnly,
  accountAutostorageIdentity,
  accountAutostoragePermission,
  accountCustomerManagedKey,
  accountDiagnosticLogs,
  accountIdentity,
  accountNodeIdentity,
  accountNodeManagementAccess,
  accountNodesCutOff,
  accountPoolAllocationMode,
  accountPrivateEndpoint,
  accountPublicNetwork,
  poolAllowedIdentities,
  poolAmbiguousIdentity,
  poolAutoUserScope,
  poolCertificateRotation,
  poolCertificates,
  poolDiskEncryption,
  poolIdentity,
  poolIdentityReferences,
  poolImageSupport,
  poolNamedUserElevation,
  poolNamedUserSecret,
  poolNodeCommunication,
  poolPlainSecrets,
  poolPublicIp,
  poolRemoteAccess,
  poolStartTaskElevation,
  poolSubnet,
  poolSubnetNsg,
  poolSubnetOutbound,
  poolTrustedLaunch,
  poolVirtualMachineConfiguration,
];
