import type { Launch } from '../../shared/core/model/pool.ts';
import { poolTrustedLaunch } from '../../shared/rules/pool-trusted-launch.ts';
import { anySnapshot } from '../support/arbitraries.ts';
import { testRule } from '../support/rule-tester.ts';
import { aPool, snapshotOf } from '../support/snapshots.ts';

const path = 'properties.deploymentConfiguration.virtualMachineConfiguration.securityProfile';

function launched(parts: Partial<Launch> = {}) {
  return snapshotOf({
    pools: [aPool({ launch: { securityType: 'TrustedLaunch', secureBoot: true, vTpm: true, ...parts } })],
  });
}

testRule(poolTrustedLaunch, {
  compliant: [
    { name: 'Trusted Launch with both', snapshot: launched() },
    { name: 'a confidential machine with both', snapshot: launched({ securityType: 'confidentialVM' }) },
    {
      name: 'cloud services, which another rule is for',
      snapshot: snapshotOf({
        pools: [
          aPool({
            deployment: { kind: 'cloud-service', inferred: false },
            launch: { securityType: null, secureBoot: false, vTpm: false },
          }),
        ],
      }),
    },
  ],
  violating: [
    {
      name: 'no security profile',
      snapshot: launched({ securityType: null, secureBoot: false, vTpm: false }),
      expect: [
        {
          path,
          observed: { securityType: null, secureBootEnabled: false, vTpmEnabled: false },
          why: /^Off: Trusted Launch, secure boot, the virtual TPM\./,
          fix: { manual: /make a new pool with securityType trustedLaunch/ },
        },
      ],
    },
    {
      name: 'a type that is not known',
      snapshot: launched({ securityType: 'Standard' }),
      expect: [{ path, why: /^Off: Trusted Launch\./, fix: { manual: /with securityType trustedLaunch/ } }],
    },
    {
      name: 'Trusted Launch without secure boot',
      snapshot: launched({ secureBoot: false }),
      expect: [{ path, why: /^Off: secure boot\./, fix: { manual: /make a new pool as this one, with secureBoot/ } }],
    },
    {
      name: 'Trusted Launch without the virtual TPM',
      snapshot: launched({ vTpm: false }),
      expect: [{ path, why: /^Off: the virtual TPM\./, fix: { manual: /make a new pool as this one/ } }],
    },
  ],
  unknown: [
    {
      name: 'no deploymentConfiguration',
      snapshot: snapshotOf({ pools: [aPool({ deployment: null })] }),
      expect: [{ path, unknown: /no deploymentConfiguration/, code: 'not-shown' }],
    },
  ],
  converges: anySnapshot,
});
