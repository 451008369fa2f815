import { setPool, setSecret } from '../../shared/core/model/change.ts';
import type { Pool } from '../../shared/core/model/pool.ts';
import type { User } from '../../shared/core/model/pool-parts.ts';
import { readingFailed } from '../../shared/core/model/reading.ts';
import { pendingOf, type SecretVersion, type SecretVersions, type UserSecret } from '../../shared/core/model/secret.ts';
import { after, DAY } from '../../shared/core/model/time.ts';
import { offeredTo, tagsOf } from '../../shared/core/rotation/secret-owner.ts';
import { poolNamedUserSecret } from '../../shared/rules/pool-named-user-secret.ts';
import { anySnapshot } from '../support/arbitraries.ts';
import { aSecret, aVersion, CARE, having, marked, VAULT, versionId } from '../support/rotations/examples.ts';
import { testRule } from '../support/rule-tester.ts';
import { aPool, POOL_ID, poolId, snapshotOf } from '../support/snapshots.ts';

const now = new Date('2026-02-01T00:00:00Z');
const ago = (days: number) => after(now, -days * DAY);
const ID = `${VAULT}/secrets/render-secret`;
const TAGS = 'account=\\S+, pool=pool1, user=render';
const path = 'properties.userAccounts[render].password';
const render: User = { name: 'render', elevationLevel: 'Admin' };
const setup: User = { name: 'setup', elevationLevel: null };

const good = aVersion('3', ago(10), { expires: after(now, 80 * DAY) });
const pending = aVersion('7', ago(1), {
  expires: after(now, 89 * DAY),
  tags: { replaces: versionId('3'), ...offeredTo(aPool()) },
});

/** @param given the digit of the version that the pool says it was given; null: nothing */
function pool(given: string | null = '3', overrides: Parameters<typeof aPool>[0] = {}): Pool {
  const metadata = marked(aPool(), 'render', given === null ? null : versionId(given));
  return aPool({ users: [render], metadata, ...overrides });
}

function seeing(one: Pool, versions: SecretVersions, overrides: Partial<UserSecret> = {}) {
  return withSecrets(one, aSecret({ versions: { known: versions }, ...overrides }));
}

function withSecrets(one: Pool, ...known: readonly UserSecret[]) {
  return snapshotOf({ pools: [one], facets: { secrets: { known } } });
}

/** What is done where `version` is to be given: all else stays. */
function given(one: Pool, version: SecretVersion, name = 'render-secret') {
  const secret = { vault: VAULT, name, version: version.id, kind: 'password' } as const;
  return setPool(one, { users: [{ ...render, secret }], metadata: marked(aPool(), 'render', version.id) });
}

function minted(replaces: string | null, maxAge = 90 * DAY) {
  const replaced = replaces === null ? 'none' : versionId(replaces);
  return setSecret(aSecret(), pendingOf(aSecret().main), { minted: { kind: 'password', replaces: replaced, maxAge } });
}

const promoted = setSecret(aSecret(), aSecret().main, {
  promoted: { ...pendingOf(aSecret().main), version: versionId('7') },
});

const second: UserSecret = aSecret({
  user: 'setup',
  main: { vault: VAULT, name: 'setup-secret' },
  versions: { known: having([{ ...good, tags: tagsOf({ poolId: POOL_ID, user: 'setup' }) }]) },
});
const two = aPool({ users: [render, setup], metadata: marked(aPool(), 'setup', versionId('3')) });
const running = { nodes: { dedicated: 2, lowPriority: 0, allocationState: 'Steady' } };

testRule(poolNamedUserSecret, {
  compliant: [
    { name: 'no named users', snapshot: snapshotOf({}) },
    { name: 'the current version, given to the pool', snapshot: seeing(pool(), having([good])) },
    {
      name: 'what was given became the current one',
      snapshot: seeing(
        pool('7'),
        having([{ ...good, tags: { ...good.tags, from: versionId('7'), replaces: 'none' } }]),
      ),
    },
    {
      name: 'versions that are needed no more: they are disabled without a finding',
      snapshot: seeing(pool(), having([aVersion('2', ago(20)), good], [{ ...pending, tags: good.tags }])),
    },
    {
      name: 'without a tag of its own, but bound',
      snapshot: seeing(pool(), having([{ ...good, tags: {} }]), { isBound: true }),
    },
    {
      name: 'what is due once no policy says how it is kept',
      snapshot: seeing(pool(), having([{ ...good, expires: ago(1) }]), { care: null }),
    },
  ],
  violating: [
    {
      name: 'missing',
      snapshot: seeing(pool(null), having([])),
      expect: [
        {
          path,
          observed: { secretId: ID, current: null, given: null },
          why: /^The named user render has no secret: there is no version of https:\S+render-secret\.$/,
          fix: {
            manual: new RegExp(
              `set the secret ${ID} to the password that render has, with the tags ${TAGS}.*namedUsers\\.bindings.*mintMissing`,
              's',
            ),
          },
        },
      ],
    },
    {
      name: 'missing, and one may be made',
      snapshot: seeing(pool(null), having([]), { care: { ...CARE, mintMissing: true } }),
      expect: [{ path, desired: 'a new version, given to the pool', why: /has no secret/, fix: minted(null) }],
    },
    {
      name: 'older than maxAge',
      snapshot: seeing(pool(), having([aVersion('3', ago(91), { expires: after(now, DAY) })])),
      expect: [
        {
          path,
          observed: {
            secretId: ID,
            current: `version ${versionId('3')} of ${ago(91).toISOString()}, expires ${after(now, DAY).toISOString()}`,
            given: `version ${versionId('3')}`,
          },
          why: /is older than the policy allows \(namedUsers\.maxAge\)/,
          fix: minted('3'),
        },
      ],
    },
    {
      name: 'expired',
      snapshot: seeing(pool(), having([{ ...good, expires: ago(1) }])),
      expect: [{ path, why: /has expired\.$/, fix: minted('3') }],
    },
    {
      name: 'within 30 days of its expiry',
      snapshot: seeing(pool(), having([{ ...good, expires: after(now, 29 * DAY) }]), {
        care: { ...CARE, maxAge: 100 * DAY },
      }),
      expect: [{ path, severity: 'medium', why: /soon expires or gets too old/, fix: minted('3', 100 * DAY) }],
    },
    {
      name: 'a person asked',
      snapshot: seeing(pool(), having([good]), { askedAt: ago(1) }),
      expect: [{ path, severity: 'low', why: /^A person asked for a rotation/, fix: minted('3') }],
    },
    {
      name: 'a password, where the policy asks for a key too',
      snapshot: seeing(pool('3', { interNodeCommunication: true }), having([good])),
      expect: [
        {
          path,
          why: /does not hold what the policy asks for on this pool \(namedUsers\.kind\)/,
          fix: setSecret(aSecret(), pendingOf(aSecret().main), {
            minted: { kind: 'both', replaces: versionId('3'), maxAge: 90 * DAY },
          }),
        },
      ],
    },
    {
      name: 'without expiry: it gets one, and nothing is made for that',
      snapshot: seeing(pool(), having([{ ...good, expires: null }])),
      expect: [
        {
          path,
          severity: 'medium',
          observed: {
            secretId: ID,
            current: `version ${versionId('3')} of ${ago(10).toISOString()}, without expiry`,
            given: `version ${versionId('3')}`,
          },
          desired: `expires ${after(now, 80 * DAY).toISOString()}`,
          why: /Key Vault never warns/,
          fix: setSecret(aSecret(), aSecret().main, {
            expiry: { version: versionId('3'), at: after(now, 80 * DAY).toISOString() },
          }),
        },
      ],
    },
    {
      name: 'disabled',
      snapshot: seeing(pool(), having([{ ...good, enabled: false }])),
      expect: [
        {
          path,
          observed: {
            secretId: ID,
            current: `version ${versionId('3')} of ${ago(10).toISOString()}, expires ${after(now, 80 * DAY).toISOString()}, disabled`,
            given: `version ${versionId('3')}`,
          },
          why: /^The newest version of the secret \S+ of render is disabled\.$/,
          fix: { manual: new RegExp(`^Enable the newest version of ${ID}, or add a version`) },
        },
      ],
    },
    {
      name: 'given by nobody we know',
      snapshot: seeing(pool(null), having([good])),
      expect: [
        {
          path,
          observed: {
            secretId: ID,
            current: `version ${versionId('3')} of ${ago(10).toISOString()}, expires ${after(now, 80 * DAY).toISOString()}`,
            given: null,
          },
          desired: `the pool has version ${versionId('3')}`,
          why: /^Nobody we know gave the pool the password of render/,
          fix: given(pool(null), good),
        },
      ],
    },
    {
      name: 'the pool was given another version',
      snapshot: seeing(pool('2'), having([aVersion('2', ago(20)), good])),
      expect: [
        {
          path,
          why: new RegExp(`was given version ${versionId('2')} for render, and \\S+ has a newer one`),
          fix: given(pool('2'), good),
        },
      ],
    },
    {
      name: 'a rotation is under way',
      snapshot: seeing(pool(), having([good], [pending])),
      expect: [
        {
          path,
          desired: 'the pool has the new version',
          why: /is under way: a new version waits/,
          fix: given(pool(), pending, 'render-secret-pending'),
        },
      ],
    },
    {
      name: 'it comes to its end on a pool without nodes',
      snapshot: seeing(pool('7'), having([good], [pending])),
      expect: [
        {
          path,
          desired: `version ${versionId('7')} becomes the current one`,
          why: /which is not yet the current one of \S+$/,
          fix: promoted,
        },
      ],
    },
    {
      name: 'nodes start before it comes to its end',
      snapshot: seeing(pool('7', running), having([good], [pending])),
      expect: [
        {
          path,
          severity: 'critical',
          why: new RegExp(`New nodes have version ${versionId('7')} of ${ID}-pending, .* do not disable that version`),
          fix: promoted,
        },
      ],
    },
    {
      name: 'nodes have what a person cancelled by a version of his own',
      snapshot: seeing(
        pool('7', running),
        having([good, { ...good, id: versionId('4'), created: ago(0.5) }], [pending]),
      ),
      expect: [
        {
          path,
          severity: 'critical',
          why: /do not disable that version/,
          fix: given(pool('7', running), { ...good, id: versionId('4') }),
        },
      ],
    },
    {
      name: 'nodes have what was prepared, and the current one is disabled',
      snapshot: seeing(pool('7', running), having([{ ...good, enabled: false }], [pending])),
      expect: [
        { path, severity: 'critical', why: /is disabled\..*do not disable that version/, fix: { manual: /^Enable/ } },
      ],
    },
    {
      name: 'tagged for another user',
      snapshot: seeing(pool(), having([aVersion('3', ago(10), { tags: { user: 'setup' } })])),
      expect: [{ path, why: /belongs to another user than render/, fix: { manual: /bind another secret to render/ } }],
    },
    {
      name: 'by its name alone',
      snapshot: seeing(pool(), having([{ ...good, tags: {} }])),
      expect: [
        {
          path,
          why: /a name alone is no proof/,
          fix: { manual: new RegExp(`add a version with the tags ${TAGS}, or bind it`) },
        },
      ],
    },
    {
      name: 'two versions of one second',
      snapshot: seeing(pool(), having([good, { ...good, id: versionId('4') }])),
      expect: [{ path, why: /two were made in one second/, fix: { manual: /the version that is to hold/ } }],
    },
    {
      name: 'somebody disables what is made to replace it',
      snapshot: seeing(
        pool(),
        having(
          [{ ...good, expires: now }],
          [pending, { ...pending, id: versionId('8') }].map((one) => ({ ...one, enabled: false })),
        ),
      ),
      expect: [
        {
          path,
          why: /are disabled by somebody/,
          fix: { manual: new RegExp(`^See who disables the versions of ${ID}-pending`) },
        },
      ],
    },
    {
      name: 'the other user blocks the list',
      snapshot: withSecrets(two, aSecret({ versions: { known: having([good]) } }), {
        ...second,
        versions: { known: having([]) },
      }),
      expect: [
        {
          path,
          why: /^Nobody we know/,
          fix: { manual: /takes the list of users only whole, .* see first to setup, of whom none can be had/ },
        },
        {
          path: 'properties.userAccounts[setup].password',
          why: /has no version any more/,
          fix: { manual: /^Recover .*setup-secret in the vault/ },
        },
      ],
    },
    {
      name: 'nothing is made while another user blocks the list',
      snapshot: withSecrets(two, aSecret({ versions: { known: having([{ ...good, expires: now }]) } }), {
        ...second,
        versions: { unknown: readingFailed('HTTP 403 Forbidden') },
      }),
      expect: [
        { path, why: /has expired/, fix: { manual: /see first to setup/ } },
        { path: 'properties.userAccounts[setup].password', unknown: /HTTP 403 Forbidden/, code: 'reading-failed' },
      ],
    },
    {
      name: 'the other user gets a secret first',
      snapshot: withSecrets(aPool({ users: [render, setup] }), aSecret({ versions: { known: having([good]) } }), {
        ...second,
        care: { ...CARE, mintMissing: true },
        versions: { known: having([]) },
      }),
      expect: [
        { path, why: /^Nobody we know/, fix: { manual: /^Wait: another user of the pool gets a secret first/ } },
        {
          path: 'properties.userAccounts[setup].password',
          why: /has no secret/,
          fix: setSecret(second, pendingOf(second.main), {
            minted: { kind: 'password', replaces: 'none', maxAge: 90 * DAY },
          }),
        },
      ],
    },
    {
      name: 'both are given in one list',
      snapshot: withSecrets(two, aSecret({ versions: { known: having([good]) } }), second),
      expect: [
        {
          path,
          fix: setPool(two, {
            users: [
              { ...render, secret: { vault: VAULT, name: 'render-secret', version: good.id, kind: 'password' } },
              { ...setup, secret: { vault: VAULT, name: 'setup-secret', version: good.id, kind: 'password' } },
            ],
            metadata: [...marked(two, 'render', good.id), ...marked(two, 'setup', good.id)],
          }),
        },
      ],
    },
    {
      name: 'a body that does not show when the pool was made',
      snapshot: seeing(pool('3', { shows: 'some', creationTime: null }), having([good])),
      expect: [{ path, why: /^Nobody we know/, fix: { manual: /the body does not show when the pool was made/ } }],
    },
  ],
  unknown: [
    {
      name: 'a partial body without users',
      snapshot: snapshotOf({ pools: [aPool({ shows: 'some', creationTime: null })] }),
      expect: [{ path: 'properties.userAccounts', unknown: /partial/, code: 'not-shown' }],
    },
    {
      name: 'no vault was read',
      snapshot: snapshotOf({ pools: [pool()] }),
      expect: [{ path, unknown: /not read/, code: 'not-shown' }],
    },
    {
      name: 'the policy names no vault for it',
      snapshot: withSecrets(pool(), second),
      expect: [{ path, unknown: /^the policy names no vault for it \(namedUsers\.vault\)/, code: 'not-shown' }],
    },
    {
      name: 'its versions could not be read',
      snapshot: withSecrets(pool(), aSecret({ versions: { unknown: readingFailed('HTTP 403 Forbidden') } })),
      expect: [{ path, unknown: /HTTP 403 Forbidden/, code: 'reading-failed' }],
    },
    {
      name: 'the secret is that of several users',
      snapshot: withSecrets(pool(), aSecret(), aSecret({ poolId: poolId('pool2') })),
      expect: [{ path, unknown: /is the secret of several users: bind another to each/, code: 'undecided' }],
    },
  ],
  converges: anySnapshot,
});
