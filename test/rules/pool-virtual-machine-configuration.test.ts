import type { Pool } from '../../shared/core/model/pool.ts';
import { poolVirtualMachineConfiguration } from '../../shared/rules/pool-virtual-machine-configuration.ts';
import { anySnapshot } from '../support/arbitraries.ts';
import { testRule } from '../support/rule-tester.ts';
import { aPool, snapshotOf } from '../support/snapshots.ts';

const path = 'properties.deploymentConfiguration';

function deployed(deployment: Pool['deployment'], overrides: Partial<Pool> = {}) {
  return snapshotOf({ pools: [aPool({ deployment, ...overrides })] });
}

const retired = {
  path,
  desired: 'virtualMachineConfiguration',
  fix: { manual: /^In this order: \(1\) choose an image .*; \(2\) make a new pool with it, .*; \(3\) move the jobs / },
};
const shown = { ...retired, observed: 'cloudServiceConfiguration', why: /^The nodes are cloud services, / };

testRule(poolVirtualMachineConfiguration, {
  compliant: [
    { name: 'Linux', snapshot: deployed({ kind: 'virtual-machine', windows: false }) },
    { name: 'Windows', snapshot: deployed({ kind: 'virtual-machine', windows: true }) },
    {
      name: 'a virtual machine in a partial body',
      snapshot: deployed({ kind: 'virtual-machine', windows: false }, { shows: 'some', creationTime: null }),
    },
  ],
  violating: [
    {
      name: 'a cloud-service configuration',
      snapshot: deployed({ kind: 'cloud-service', inferred: false }),
      expect: [shown],
    },
    {
      name: 'in a partial body that shows it',
      snapshot: deployed({ kind: 'cloud-service', inferred: false }, { shows: 'some', creationTime: null }),
      expect: [shown],
    },
    {
      name: 'inferred: the finding says so',
      snapshot: deployed({ kind: 'cloud-service', inferred: true }),
      expect: [{ ...retired, observed: 'no virtualMachineConfiguration', why: /From this it is inferred that / }],
    },
  ],
  unknown: [
    {
      name: 'a body without deploymentConfiguration',
      snapshot: deployed(null),
      expect: [{ path, unknown: /has no deploymentConfiguration/, code: 'not-shown' }],
    },
    {
      name: 'inferred from a partial body',
      snapshot: deployed({ kind: 'cloud-service', inferred: true }, { shows: 'some', creationTime: null }),
      expect: [{ path, unknown: /partial: it may lack the virtualMachineConfiguration/, code: 'not-shown' }],
    },
  ],
  converges: anySnapshot,
});
