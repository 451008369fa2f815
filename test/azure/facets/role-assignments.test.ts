import { describe, expect, test } from 'vitest';
import { BUILT_IN_ROLES } from '../../../local/azure/built-in-roles.ts';
import { type Json, part } from '../../../local/azure/json.ts';
import type { Arm } from '../../../shared/azure/arm/arm.ts';
import { ArmError } from '../../../shared/azure/arm/arm-error.ts';
import { providerReads } from '../../../shared/azure/facets/provider-reads.ts';
import { readStorageAccess } from '../../../shared/azure/facets/role-assignments.ts';
import { names } from '../../../shared/core/identities/role-permissions.ts';
import type { UnknownCode } from '../../../shared/core/model/reading.ts';
import { isStorageAccountId, reachOf } from '../../../shared/core/model/storage-account-id.ts';
import { anAccount, anAutoStorage, snapshotOf, storageId } from '../../support/snapshots.ts';

const STORE = storageId('store1');
const GROUP = STORE.slice(0, STORE.indexOf('/providers'));
const SUBSCRIPTION = GROUP.slice(0, GROUP.indexOf('/resourceGroups'));
const CONTAINER = `${STORE}/blobServices/default/containers/jobs`;
const MANAGEMENT_GROUP = '/providers/Microsoft.Management/managementGroups/everything';
const ME = 'aaaaaaaa-0000-4000-8000-000000000001';
const OTHER = 'aaaaaaaa-0000-4000-8000-000000000002';
const EVERYONE = '00000000-0000-0000-0000-000000000000';
const BLOBS = 'Microsoft.Storage/storageAccounts/blobServices';
const CONTRIBUTOR = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe';
const READER = '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1';

const YES = { known: true };
const NO = { known: false };
const unknown = (code: UnknownCode, message: RegExp) => ({
  unknown: { code, message: expect.stringMatching(message) },
});

describe('a permission', () => {
  test('that takes something out counts only in its own permission and on its own plane', () => {
    const operation = { kind: 'data action', name: `${BLOBS}/containers/blobs/read` } as const;
    const all = { actions: [], notActions: ['*'], dataActions: ['*'], notDataActions: [] };
    const butBlobs = { ...all, notDataActions: ['*/blobs/*'] };
    expect(names([all], operation)).toBe(true);
    expect(names([butBlobs], operation)).toBe(false);
    expect(names([butBlobs, all], operation)).toBe(true);
    expect(names([all], { ...operation, kind: 'action' })).toBe(false);
  });
});

describe('the id of a storage account', () => {
  test.each([STORE, STORE.toUpperCase()])('%s is one', (id) => {
    expect(isStorageAccountId(id)).toBe(true);
  });

  test.each([
    '',
    `${STORE}/`,
    CONTAINER,
    `${STORE}?api-version=1`,
    `${STORE}#x`,
    STORE.replace('store1', 'a b'),
    STORE.replace('store1', '..'),
    STORE.replace('/rg/', '/../'),
    STORE.replace('/rg/', '/./'),
    STORE.replace('Microsoft.Storage', 'Microsoft.Batch'),
    `https://elsewhere${STORE}`,
  ])('%s is none', (id) => {
    expect(isStorageAccountId(id)).toBe(false);
  });

  test.each([
    [STORE, 'at'],
    [`${STORE.toUpperCase()}/`, 'at'],
    [GROUP.toUpperCase(), 'above'],
    [SUBSCRIPTION, 'above'],
    ['/', 'above'],
    [MANAGEMENT_GROUP, 'above'],
    [CONTAINER, 'below'],
    [storageId('store12'), 'elsewhere'],
    [`${GROUP}2`, 'elsewhere'],
    ['/subscriptions', 'elsewhere'],
    [`${MANAGEMENT_GROUP}/x`, 'elsewhere'],
  ])('the scope %s is %s it', (scope, reach) => {
    expect(reachOf(scope, STORE)).toBe(reach);
  });
});

describe('one role', () => {
  test.each([
    ['Storage Blob Data Contributor', YES, YES],
    ['Storage Blob Data Owner', YES, YES],
    ['Storage Blob Data Reader', YES, NO],
    ['Owner', NO, NO],
    ['Contributor', NO, NO],
    ['Reader', NO, NO],
  ])('%s', async (roleName, readBlobs, writeBlobs) => {
    const role = BUILT_IN_ROLES.find((body) => part(body, 'properties')['roleName'] === roleName);
    const read = await reading({ assignments: [assignment(String(role?.['name']))] });
    expect(read).toMatchObject({ readBlobs, writeBlobs });
  });

  test.each([
    ['of wildcards', { actions: [`${BLOBS}/*`], dataActions: ['*/blobs/*'] }, YES, YES],
    ['in other case', { actions: [`${BLOBS}/*`.toUpperCase()], dataActions: [`${BLOBS}/*`.toLowerCase()] }, YES, YES],
    ['that takes deleting out', { actions: ['*'], dataActions: ['*'], notDataActions: ['*/delete'] }, YES, NO],
    ['without reading', { actions: ['*'], dataActions: [`${BLOBS}/containers/blobs/write`] }, NO, NO],
    [
      'of data alone',
      { dataActions: ['*'] },
      unknown('undecided', /^no role grants the action .*containers\/read, which/),
      unknown(
        'undecided',
        /^no role grants .*containers\/read.*; no role grants .*containers\/write.*; no .*DelegationKey\/action/,
      ),
    ],
    [
      'that takes the key out',
      { actions: ['*'], notActions: ['*/generateUserDelegationKey/*'], dataActions: ['*'] },
      YES,
      unknown('undecided', /^no role grants the action [^ ]*\/generateUserDelegationKey\/action, which may be needed$/),
    ],
    ['of nothing', {}, NO, NO],
  ])('%s', async (_name, permission, readBlobs, writeBlobs) => {
    const read = await reading({ assignments: [assignment('custom')], roles: [role('custom', permission)] });
    expect(read).toMatchObject({ readBlobs, writeBlobs });
  });
});

describe('several roles', () => {
  test('add up', async () => {
    const roles = [
      role('reads', { actions: ['*/read'], dataActions: ['*/read'] }),
      role('writes', { actions: ['*/write', '*/action'], dataActions: ['*/blobs/write', '*/blobs/delete'] }),
    ];
    const assignments = [assignment('reads', { scope: GROUP }), assignment('writes', { scope: '/' })];
    expect(await reading({ assignments, roles })).toMatchObject({ readBlobs: YES, writeBlobs: YES });
    expect(await reading({ assignments: assignments.slice(1), roles })).toMatchObject({ writeBlobs: NO });
  });

  test('of which one is sure leave no doubt', async () => {
    const assignments = [
      assignment(CONTRIBUTOR, { condition: 'some' }),
      assignment(CONTRIBUTOR, { scope: CONTAINER }),
      assignment('gone'),
      assignment(CONTRIBUTOR),
    ];
    expect(await reading({ assignments })).toMatchObject({ readBlobs: YES, writeBlobs: YES });
  });
});

describe('a scope', () => {
  test.each([STORE, STORE.toLowerCase(), GROUP, SUBSCRIPTION, '/', MANAGEMENT_GROUP])('%s holds all', async (scope) => {
    expect(await reading({ assignments: [assignment(CONTRIBUTOR, { scope })] })).toMatchObject({ writeBlobs: YES });
  });

  test('below proves nothing for the whole', async () => {
    const read = await reading({ assignments: [assignment(READER, { scope: CONTAINER })] });
    const reason = /^the role Storage Blob Data Reader holds only for a part of the storage account$/;
    expect(read).toMatchObject({ readBlobs: unknown('undecided', reason), writeBlobs: NO });
  });

  test('that is not understood proves nothing', async () => {
    const read = await reading({ assignments: [assignment(READER, { scope: '/providers/Microsoft.Else/x' })] });
    expect(read.readBlobs).toEqual(
      unknown('undecided', /holds for \/providers\/Microsoft.Else\/x, and what that means/),
    );
  });
});

describe('what is in doubt', () => {
  test('a condition', async () => {
    const read = await reading({ assignments: [assignment(READER, { condition: '@Resource[x] StringEquals y' })] });
    const reason = /^the role Storage Blob Data Reader is assigned with a condition, which is not evaluated$/;
    expect(read).toMatchObject({ readBlobs: unknown('undecided', reason), writeBlobs: NO });
  });

  test.each([null, ''])('a condition %j is none', async (condition) => {
    expect(await reading({ assignments: [assignment(READER, { condition })] })).toMatchObject({ readBlobs: YES });
  });

  test('a role that cannot be read: only of what nothing else grants', async () => {
    const read = await reading({ assignments: [assignment('gone'), assignment(READER)] });
    expect(read).toMatchObject({
      readBlobs: YES,
      writeBlobs: unknown('reading-failed', /^the role gone could not be read: Refused/),
    });
  });

  test('a role that does not parse', async () => {
    const roles = [{ ...role('odd', {}), properties: { permissions: 7 } }];
    const read = await reading({ assignments: [assignment('odd')], roles });
    expect(read.readBlobs).toEqual(unknown('unreadable', /^the role odd: not as specified: properties.permissions/));
  });

  test.each(['/x/../providers/Microsoft.Authorization/roleDefinitions/a', '//elsewhere/a', '/roles/a', `${STORE}?a=b`])(
    'a role of the id %s, which is not asked for',
    async (roleDefinitionId) => {
      const arm = fakeArm({ assignments: [assignment('x', { roleDefinitionId })] });
      const read = await access(arm);
      expect(read.readBlobs).toEqual(unknown('unreadable', /^the id of an assigned role is not as expected$/));
      expect(arm.calls).toHaveLength(2);
    },
  );

  test('is said in the same words whatever Azure lists first', async () => {
    const assignments = [assignment(READER, { scope: CONTAINER }), assignment(CONTRIBUTOR, { condition: 'some' })];
    const [there, back] = [await reading({ assignments }), await reading({ assignments: assignments.toReversed() })];
    expect(there.readBlobs).toEqual(
      unknown('undecided', /^the role .* Contributor is assigned .*; the role .* Reader holds only/),
    );
    expect(back).toEqual(there);
  });

  test('assignments that cannot be read, or do not parse', async () => {
    const refused = unknown(
      'reading-failed',
      /^role assignments on the storage account could not be read: Refused - x$/,
    );
    const refusing = await reading({ refused: /roleAssignments/ });
    expect(refusing).toMatchObject({ readBlobs: refused, writeBlobs: refused });
    const odd = await reading({ assignments: [{ properties: {} }] });
    expect(odd.readBlobs).toEqual(
      unknown('unreadable', /^role assignments .* not as specified: properties.roleDefinitionId/),
    );
  });
});

test('no assignments: neither, whatever is denied', async () => {
  expect(await reading({})).toEqual({
    principalId: ME,
    storageAccountId: STORE,
    isGone: false,
    readBlobs: NO,
    writeBlobs: NO,
  });
  expect(await reading({ denials: [denial({})] })).toMatchObject({ readBlobs: NO, writeBlobs: NO });
  expect(await reading({ refused: /denyAssignments/ })).toMatchObject({ readBlobs: NO, writeBlobs: NO });
});

describe('a deny assignment', () => {
  const assignments = [assignment(CONTRIBUTOR)];
  const forbidden = unknown('undecided', /^the deny assignment Locked may forbid it$/);

  test.each<[string, Json]>([
    ['for the principal', { principals: [{ id: ME, type: 'ServicePrincipal' }] }],
    ['for the principal, in other case', { principals: [{ id: ME.toUpperCase(), type: 'ServicePrincipal' }] }],
    ['for everyone', { principals: [{ id: EVERYONE, type: 'SystemDefined' }] }],
    ['for everyone, said by the type alone', { principals: [{ id: OTHER, type: 'SystemDefined' }] }],
    ['for everyone, said by the id alone', { principals: [{ id: EVERYONE, type: 'User' }] }],
    ['for a group', { principals: [{ id: OTHER, type: 'Group' }] }],
    ['for who knows whom', { principals: [{ id: OTHER }] }],
    ['that spares others', { excludePrincipals: [{ id: OTHER, type: 'ServicePrincipal' }] }],
    ['that spares a group', { excludePrincipals: [{ id: OTHER, type: 'Group' }] }],
    ['from above', { scope: SUBSCRIPTION }],
    ['at the account, not for child scopes', { scope: STORE, doNotApplyToChildScopes: true }],
    ['without a scope', { scope: null, doNotApplyToChildScopes: true }],
    ['with a condition', { condition: 'some' }],
    ['of an action', { permissions: [{ actions: ['*/generateUserDelegationKey/action'] }] }],
    ['by another permission', { permissions: [{ actions: ['a'] }, { dataActions: ['*/blobs/delete'] }] }],
  ])('%s makes writing unknown', async (_name, properties) => {
    const read = await reading({ assignments, denials: [denial(properties)] });
    expect(read.writeBlobs).toEqual(forbidden);
  });

  test.each<[string, Json]>([
    ['for somebody else', { principals: [{ id: OTHER, type: 'ServicePrincipal' }] }],
    ['that spares the principal', { excludePrincipals: [{ id: ME.toUpperCase(), type: 'ServicePrincipal' }] }],
    ['from above, not for child scopes', { scope: GROUP, doNotApplyToChildScopes: true }],
    ['of something else', { permissions: [{ actions: ['*/delete'], dataActions: ['*/queues/*'] }] }],
    ['that takes it out again', { permissions: [{ dataActions: ['*'], notDataActions: ['*/blobs/*'] }] }],
    ['of actions by names of data actions', { permissions: [{ actions: [`${BLOBS}/containers/blobs/*`] }] }],
  ])('%s changes nothing', async (_name, properties) => {
    const read = await reading({ assignments, denials: [denial(properties)] });
    expect(read).toMatchObject({ readBlobs: YES, writeBlobs: YES });
  });

  test('of deleting leaves reading', async () => {
    const denials = [denial({ permissions: [{ dataActions: ['*/delete'] }] })];
    expect(await reading({ assignments, denials })).toMatchObject({ readBlobs: YES, writeBlobs: forbidden });
  });

  test('is named by its name where it has no other', async () => {
    const read = await reading({ assignments, denials: [denial({ denyAssignmentName: null })] });
    expect(read.readBlobs).toEqual(unknown('undecided', /^the deny assignment lock may forbid it$/));
  });

  test('that cannot be read, or does not parse', async () => {
    const refusing = await reading({ assignments, refused: /denyAssignments/ });
    expect(refusing.readBlobs).toEqual(
      unknown('reading-failed', /^deny assignments on .* could not be read: Refused - x$/),
    );
    const odd = await reading({ assignments, denials: [denial({ principals: 7 })] });
    expect(odd.readBlobs).toEqual(
      unknown('unreadable', /^deny assignments .* not as specified: properties.principals/),
    );
  });
});

describe('what is asked', () => {
  const twoOfThem = {
    type: 'UserAssigned',
    principalId: null,
    userAssigned: [ME, OTHER].map((principalId) => ({ id: principalId, principalId, clientId: null })),
  };

  test('each list once for a principal, denials once for all, each role once', async () => {
    const arm = fakeArm({ assignments: [assignment(READER), assignment(READER), assignment(CONTRIBUTOR)] });
    expect(await accessOf(arm, twoOfThem)).toHaveLength(2);
    const roles = [READER, CONTRIBUTOR].map((name) => `${roleId(name)} 2022-04-01`);
    const lists = `${STORE}/providers/Microsoft.Authorization`;
    expect(arm.calls.toSorted()).toEqual(
      [
        ...roles,
        `${lists}/denyAssignments 2022-04-01 atScope()`,
        `${lists}/roleAssignments 2022-04-01 assignedTo('${ME}')`,
        `${lists}/roleAssignments 2022-04-01 assignedTo('${OTHER}')`,
      ].toSorted(),
    );
  });

  test.each([
    [ME, 'not an id'],
    [ME, storageId('..')],
    ["x' or 1 eq 1", STORE],
  ])('nothing of the principal %s in %s', async (principalId, storageAccountId) => {
    const arm = fakeArm({});
    const unlike = unknown('unreadable', /^the id of the storage account or of the principal is not as expected$/);
    expect(await access(arm, { principalId, storageAccountId })).toEqual({
      principalId,
      storageAccountId,
      isGone: false,
      readBlobs: unlike,
      writeBlobs: unlike,
    });
    expect(arm.calls).toEqual([]);
  });

  test('nothing of an account without auto-storage', async () => {
    const arm = fakeArm({});
    const account = anAccount({ identity: { type: 'SystemAssigned', principalId: ME, userAssigned: [] } });
    expect(await readStorageAccess(providerReads(arm), snapshotOf({ account }))).toEqual({ known: [] });
    expect(arm.calls).toEqual([]);
  });

  test.each([/roleAssignments/, /denyAssignments/, /roleDefinitions/])(
    'unknown when %s asks to wait, and the look goes on',
    async (busy) => {
      const answer = await reading({ assignments: [assignment(READER)], busy });
      expect(JSON.stringify(answer)).toMatch(/"readBlobs":\{"unknown":\{"code":"reading-failed"/);
    },
  );
});

interface Answers {
  readonly assignments?: readonly Json[];
  /** Beside the built-in ones. */
  readonly roles?: readonly Json[];
  readonly denials?: readonly Json[];
  /** Paths that are answered with 403, and with 429. */
  readonly refused?: RegExp;
  readonly busy?: RegExp;
}

/** Every page holds one item. */
function fakeArm({ assignments = [], roles = [], denials = [], refused, busy }: Answers): Arm & { calls: string[] } {
  const calls: string[] = [];
  const bodies = new Map([...BUILT_IN_ROLES, ...roles].map((body) => [roleId(String(body['name'])), body]));
  const admit = (path: string, query: { apiVersion?: string; filter?: string } = {}) => {
    calls.push([path, query.apiVersion, query.filter].filter(Boolean).join(' '));
    if (refused && path.search(refused) >= 0) throw refusal(403);
    if (busy && path.search(busy) >= 0) throw refusal(429);
  };
  return {
    calls,
    async get(path, query) {
      admit(path, query);
      const body = bodies.get(path);
      if (body === undefined) throw refusal(404);
      return { status: 200, body, retryAfter: null };
    },
    async *pages(path, query) {
      admit(path, query);
      for (const body of path.endsWith('/roleAssignments') ? assignments : denials) yield [body];
    },
    patch: () => Promise.reject(new Error('it only reads')),
  };
}

function refusal(status: number): ArmError {
  return new ArmError({ status, body: { error: { code: 'Refused', message: 'x' } }, retryAfter: null });
}

function reading(answers: Answers) {
  return access(fakeArm(answers));
}

/** What the system-assigned identity of an account may do in its auto-storage. */
async function access(arm: Arm, { principalId = ME, storageAccountId = STORE } = {}) {
  const [first] = await accessOf(arm, { type: 'SystemAssigned', principalId, userAssigned: [] }, storageAccountId);
  if (first === undefined) throw new Error('nothing was read');
  return first;
}

async function accessOf(arm: Arm, identity: ReturnType<typeof anAccount>['identity'], storageAccountId = STORE) {
  const account = anAccount({ identity, autoStorage: anAutoStorage({ storageAccountId }) });
  const read = await readStorageAccess(providerReads(arm), snapshotOf({ account }));
  if ('unknown' in read) throw new Error(read.unknown.message);
  return read.known;
}

function roleId(name: string): string {
  return `${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/${name}`;
}

function assignment(roleName: string, properties: Json = {}): Json {
  return { properties: { roleDefinitionId: roleId(roleName), principalId: ME, scope: STORE, ...properties } };
}

function role(name: string, permission: Json): Json {
  return { name, properties: { roleName: name, permissions: [permission] } };
}

/** Of all data actions, for everyone. */
function denial(properties: Json): Json {
  return {
    name: 'lock',
    properties: {
      denyAssignmentName: 'Locked',
      permissions: [{ dataActions: ['*'] }],
      scope: STORE,
      doNotApplyToChildScopes: false,
      principals: [{ id: EVERYONE, type: 'SystemDefined' }],
      ...properties,
    },
  };
}
