import { z } from 'zod';
import { manual } from '../core/model/change.ts';
import { NO_DEPLOYMENT } from '../core/model/shows.ts';
import { inOrder, listed } from '../core/model/words.ts';
import { defineRule } from '../core/policy/rule.ts';

const PATH = 'properties.deploymentConfiguration.virtualMachineConfiguration.securityProfile';

/** What is started before the system can hide from it. */
export const poolTrustedLaunch = defineRule({
  id: 'pool-trusted-launch',
  scope: 'pool',
  title: 'Nodes start by Trusted Launch, with secure boot and a virtual TPM',
  advice: 'make a new pool with Trusted Launch',
  severity: 'low',
  sources: ['security-best-practices'],
  reads: ['properties.deploymentConfiguration'],
  sets: [],
  breaks: null,
  permissions: [],
  defaultOff: true,
  options: z.strictObject({}),

  check({ deployment, launch }) {
    if (deployment === null) return [{ path: PATH, unknown: NO_DEPLOYMENT }];
    // Cloud services are for pool-virtual-machine-configuration.
    if (deployment.kind === 'cloud-service') return [];
    const { securityType, secureBoot, vTpm } = launch;
    const isTrusted = ['trustedlaunch', 'confidentialvm'].includes(securityType?.toLowerCase() ?? '');
    const missing = [
      ...(isTrusted ? [] : ['Trusted Launch']),
      ...(secureBoot ? [] : ['secure boot']),
      ...(vTpm ? [] : ['the virtual TPM']),
    ];
    if (missing.length === 0) return [];
    const observed = { securityType, secureBootEnabled: secureBoot, vTpmEnabled: vTpm };
    const desired = { securityType: 'trustedLaunch', secureBootEnabled: true, vTpmEnabled: true };
    const why = `Off: ${listed(missing)}. What changes the start of a node, below its system, is not noticed.`;
    return [{ path: PATH, observed, desired, why, fix: manual(whatToDo(isTrusted)) }];
  },
});

function whatToDo(isTrusted: boolean): string {
  const set = isTrusted
    ? 'make a new pool as this one, with secureBootEnabled and vTpmEnabled true in uefiSettings of its securityProfile'
    : 'make a new pool with securityType trustedLaunch in its securityProfile, and with secureBootEnabled and vTpmEnabled true in uefiSettings';
  return inOrder(
    'choose an image of generation 2 and a size that support it; drivers that are not signed do not start with secure boot',
    set,
    'move the jobs to it, and delete this pool',
  );
}
