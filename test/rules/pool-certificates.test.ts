import type { Pool } from '../../shared/core/model/pool.ts';
import { notShown } from '../../shared/core/model/reading.ts';
import { poolCertificates } from '../../shared/rules/pool-certificates.ts';
import { anySnapshot } from '../support/arbitraries.ts';
import { testRule } from '../support/rule-tester.ts';
import { ACCOUNT_ID, aPool, poolId, retiredParts, snapshotOf } from '../support/snapshots.ts';

const path = 'properties.certificates';
const [FIRST, SECOND] = ['sha1-0123456789', 'sha1-9876543210'].map((name) => `${ACCOUNT_ID}/certificates/${name}`);

function installing(certificateIds: readonly (string | undefined)[], overrides: Partial<Pool> = {}) {
  const known = [retiredParts({ certificateIds: certificateIds.flatMap((id) => id ?? []) })];
  return snapshotOf({ pools: [aPool(overrides)], facets: { retired: { known } } });
}

function installed(observed: readonly string[], extension = 'KeyVaultForLinux') {
  return {
    path,
    observed,
    desired: [],
    why: new RegExp(`^Batch is to install ${observed.join(', ')} on the nodes\\. .* 29 February 2024\\.$`),
    fix: {
      manual: new RegExp(
        `^In this order: \\(1\\) see what .*; \\(2\\) put the others .*; \\(3\\) make a new pool .* \\(${extension}\\), .*; \\(4\\) let tasks .*; \\(5\\) move `,
      ),
    },
  };
}

testRule(poolCertificates, {
  compliant: [
    { name: 'none', snapshot: installing([]) },
    { name: 'none on Windows', snapshot: installing([], { deployment: { kind: 'virtual-machine', windows: true } }) },
  ],
  violating: [
    { name: 'one', snapshot: installing([FIRST]), expect: [installed(['sha1-0123456789'])] },
    {
      name: 'two, one of them in two stores and cases',
      snapshot: installing([FIRST, SECOND, FIRST?.toUpperCase()]),
      expect: [installed(['sha1-0123456789', 'sha1-9876543210'])],
    },
    {
      name: 'one on Windows',
      snapshot: installing([FIRST], { deployment: { kind: 'virtual-machine', windows: true } }),
      expect: [installed(['sha1-0123456789'], 'KeyVaultForWindows')],
    },
    {
      name: 'one of cloud services: the new pool may be either',
      snapshot: installing([FIRST], { deployment: { kind: 'cloud-service', inferred: true } }),
      expect: [installed(['sha1-0123456789'], 'KeyVaultForLinux or KeyVaultForWindows')],
    },
    {
      name: 'one in a partial body: what is seen decides',
      snapshot: installing([SECOND], { shows: 'some', deployment: null }),
      expect: [installed(['sha1-9876543210'], 'KeyVaultForLinux or KeyVaultForWindows')],
    },
    {
      name: 'one whose id is a bare name',
      snapshot: installing(['sha1-55']),
      expect: [installed(['sha1-55'])],
    },
  ],
  unknown: [
    {
      name: 'the last api-version that shows them is retired',
      snapshot: snapshotOf({ facets: { retired: { unknown: notShown('Azure no longer answers') } } }),
      expect: [{ path, unknown: /^Azure no longer answers$/, code: 'not-shown' }],
    },
    {
      name: 'that version does not show this pool',
      snapshot: snapshotOf({ facets: { retired: { known: [retiredParts({ poolId: poolId('other') })] } } }),
      expect: [{ path, unknown: /shows neither certificates nor/, code: 'not-shown' }],
    },
    {
      name: 'none in a body without creation time',
      snapshot: installing([], { shows: 'some', creationTime: null }),
      expect: [{ path, unknown: /partial: it may lack the list of certificates/, code: 'not-shown' }],
    },
    {
      name: 'none in a body without deploymentConfiguration',
      snapshot: installing([], { shows: 'some', deployment: null }),
      expect: [{ path, unknown: /partial/, code: 'not-shown' }],
    },
  ],
  converges: anySnapshot,
});
