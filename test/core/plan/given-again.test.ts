import { expect, test } from 'vitest';
import type { Fix } from '../../../shared/core/model/change.ts';
import type { User } from '../../../shared/core/model/pool-parts.ts';
import { readingFailed } from '../../../shared/core/model/reading.ts';
import type { UserSecret } from '../../../shared/core/model/secret.ts';
import { after, HOUR } from '../../../shared/core/model/time.ts';
import type { Release } from '../../../shared/core/plan/contest.ts';
import { whyGivenAgain } from '../../../shared/core/plan/given-again.ts';
import { pathOf, SECRETS_RULE } from '../../../shared/core/rotation/pool-secrets.ts';
import { finding } from '../../support/cli/findings.ts';
import { aSecret, aVersion, having, marked, VAULT, versionId } from '../../support/rotations/examples.ts';
import { ACCOUNT_ID, aPool, POOL_ID, poolId, snapshotOf } from '../../support/snapshots.ts';

const now = new Date('2026-11-28T08:00:00Z');
const ago = (hours: number) => after(now, -hours * HOUR);
/** Made ten hours ago by a rotation; 2 before it by a person. */
const OURS = aVersion('3', ago(10), { tags: { from: versionId('7') } });
const THEIRS = aVersion('2', ago(10));

interface Case {
  /** The digit of the version that is to be given. */
  readonly version?: string;
  /** Hours ago. */
  readonly accepted?: readonly number[];
  readonly given?: string | null;
  readonly releases?: readonly Partial<Release>[];
  readonly secrets?: readonly UserSecret[];
  readonly pool?: Parameters<typeof aPool>[0];
  readonly fix?: Fix;
  readonly path?: string;
}

function heldBy(one: Case) {
  const { version = '3', accepted = [1], given = null, releases = [], path = pathOf('render') } = one;
  const { secrets = [aSecret({ versions: { known: having([THEIRS, OURS], [aVersion('7', ago(11))]) } })] } = one;
  const pool = aPool({ metadata: marked(aPool(), 'render', given === null ? null : versionId(given)), ...one.pool });
  const secret = { vault: VAULT, name: 'render-secret', version: versionId(version), kind: 'password' } as const;
  const users: User[] = [
    { name: 'setup', elevationLevel: null },
    { name: 'render', elevationLevel: null, secret },
  ];
  const fixable = {
    ...finding({ ruleId: SECRETS_RULE, resourceId: POOL_ID, path }),
    fix: { kind: 'set-pool', id: POOL_ID, set: { users } } as const,
    attempts: { accepted: accepted.map(ago), refused: null },
  };
  const others = one.fix === undefined || one.fix.kind === 'manual' ? {} : { fix: one.fix };
  const released = releases.map((each) => ({ ruleId: SECRETS_RULE, resourceId: POOL_ID, at: ago(2), ...each }));
  return whyGivenAgain(
    { ...fixable, ...others },
    snapshotOf({ pools: [pool], facets: { secrets: { known: secrets } } }),
    released,
    now,
  );
}

test.each<[string, Case, boolean]>([
  ['what a rotation made was given once', {}, true],
  ['it was never given', { accepted: [] }, false],
  ['it was given before that version was made', { accepted: [11] }, false],
  ['it was given as that version was made', { accepted: [10] }, true],
  ['what a person made was given once', { version: '2' }, false],
  ['what a person made was given twice', { version: '2', accepted: [2, 1] }, true],
  ['a pending version was given twice', { version: '7', accepted: [2, 1] }, true],
  ['the pool says that it has it', { given: '3' }, true],
  ['the pool says that it has another', { given: '2' }, false],
  ['a person released it since', { releases: [{ at: ago(0.5) }] }, false],
  ['a person released it before', { releases: [{}] }, true],
  ['a person released another rule', { releases: [{ ruleId: 'drain', at: ago(0.5) }] }, true],
  ['the pool was made since', { pool: { creationTime: ago(0.5) } }, false],
  ['when the pool was made is not shown', { pool: { creationTime: null } }, true],
  ['the version is none that the vault tells', { version: '9' }, false],
  ['no secret of the user is known', { secrets: [] }, false],
  ['its versions could not be read', { secrets: [aSecret({ versions: { unknown: readingFailed('x') } })] }, false],
  ['the pool was not read', { pool: { id: poolId('other') } }, false],
  ['it gives the user no secret', { path: pathOf('setup') }, false],
  ['it is of no user', { path: 'x' }, false],
  ['it sets no users', { fix: { kind: 'set-pool', id: POOL_ID, set: { endpoints: null } } }, false],
  ['it is no change of a pool', { fix: { kind: 'set-account', id: ACCOUNT_ID, set: {} } }, false],
])('held when it is given once more: %s', (_, one, isHeld) => {
  expect(heldBy(one)?.code).toBe(isHeld ? 'contested' : undefined);
});

test('it says when it was given, and what a person does', () => {
  expect(heldBy({ accepted: [24, 2, 1] })?.message).toBe(
    'the pool was given this version at 2026-11-28T06:00:00.000Z, 2026-11-28T07:00:00.000Z and does not say so any more: its metadata warden:user:... were removed, or an old deployment was repeated. Settle it, then release it',
  );
});
