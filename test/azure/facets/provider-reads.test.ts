import { RestError } from '@azure/core-rest-pipeline';
import { describe, expect, test } from 'vitest';
import type { Arm } from '../../../shared/azure/arm/arm.ts';
import { ArmError } from '../../../shared/azure/arm/arm-error.ts';
import { readDenials } from '../../../shared/azure/facets/deny-assignments.ts';
import { readDiagnosticSettings } from '../../../shared/azure/facets/diagnostic-settings.ts';
import { type ProviderReads, providerReads } from '../../../shared/azure/facets/provider-reads.ts';
import { readStorageAccess } from '../../../shared/azure/facets/role-assignments.ts';
import { readSubnets } from '../../../shared/azure/facets/subnets.ts';
import type { Reading } from '../../../shared/core/model/reading.ts';
import { armId } from '../../support/arm-id.ts';
import { SECURITY_GROUP_ID } from '../../support/security-groups.ts';
import {
  ACCOUNT_ID,
  anAccount,
  anAutoStorage,
  aPool,
  SUBNET_ID,
  snapshotOf,
  storageId,
} from '../../support/snapshots.ts';

const ME = 'aaaaaaaa-0000-4000-8000-000000000001';
const ROLE = '/providers/Microsoft.Authorization/roleDefinitions/reader';
const SUBNET = { properties: { networkSecurityGroup: { id: SECURITY_GROUP_ID } } };
const ASSIGNMENT = { properties: { roleDefinitionId: ROLE, scope: '/' } };

/** Gives a body, or throws. */
type Answer = () => unknown;

/** Resource Manager that answers so what is asked at paths that end so; a list has one item. */
function armOf(answers: Readonly<Record<string, Answer>>): Arm {
  function answerTo(path: string): unknown {
    const [, answer] = Object.entries(answers).find(([end]) => path.endsWith(end)) ?? [];
    if (answer === undefined) throw new TypeError(`not expected: ${path}`);
    return answer();
  }
  return {
    get: async (path) => ({ status: 200, body: answerTo(path), retryAfter: null }),
    async *pages(path) {
      yield [answerTo(path)];
    },
    patch: () => Promise.reject(new TypeError('nothing is written')),
  };
}

/** Each thing that is read beyond accounts and pools, where the reading of just that is answered so. */
const READERS: Readonly<Record<string, (answer: Answer) => Promise<Reading<unknown>>>> = {
  'a subnet': (answer) => groupOf({ [SUBNET_ID]: answer }),
  'its security group': (answer) => groupOf({ [SUBNET_ID]: () => SUBNET, [SECURITY_GROUP_ID]: answer }),
  'role assignments': (answer) => mayRead({ '/roleAssignments': answer }),
  'a role': (answer) => mayRead({ '/roleAssignments': () => ASSIGNMENT, [ROLE]: answer }),
  'deny assignments': (answer) => readDenials(readsOf({ '/denyAssignments': answer }), ME, armId(storageId('store1'))),
  'diagnostic settings': (answer) => readDiagnosticSettings(readsOf({ '/diagnosticSettings': answer }), ACCOUNT_ID),
};

function readsOf(answers: Readonly<Record<string, Answer>>): ProviderReads {
  return providerReads(armOf(answers));
}

async function groupOf(answers: Readonly<Record<string, Answer>>): Promise<Reading<unknown>> {
  const subnets = await readSubnets(readsOf(answers), snapshotOf({ pools: [aPool({ subnetId: SUBNET_ID })] }));
  return onlyOne(subnets).securityGroup;
}

async function mayRead(answers: Readonly<Record<string, Answer>>): Promise<Reading<unknown>> {
  const account = anAccount({
    identity: { type: 'SystemAssigned', principalId: ME, userAssigned: [] },
    autoStorage: anAutoStorage(),
  });
  const reads = readsOf({ '/denyAssignments': refusal(403), ...answers });
  return onlyOne(await readStorageAccess(reads, snapshotOf({ account }))).readBlobs;
}

function onlyOne<T>(reading: Reading<readonly T[]>): T {
  const [only, ...others] = 'known' in reading ? reading.known : [];
  if (only === undefined || others.length > 0) throw new Error('not one');
  return only;
}

function refusal(status: number): Answer {
  return () => {
    throw new ArmError({ status, body: { error: { code: 'Refused', message: 'x' } }, retryAfter: null });
  };
}

function thrown(error: Error): Answer {
  return () => {
    throw error;
  };
}

const OK = { status: 200, body: undefined, retryAfter: null };

describe.each(Object.entries(READERS))('%s', (_name, read) => {
  test.each([
    ['400', refusal(400)],
    ['403', refusal(403)],
    ['404', refusal(404)],
    ['429', refusal(429)],
    ['500', refusal(500)],
    ['503', refusal(503)],
    ['no answer', thrown(new RestError('getaddrinfo ENOTFOUND', { code: RestError.REQUEST_SEND_ERROR }))],
  ])('%s: the reading failed', async (_name, answer) => {
    const message = expect.stringMatching(/ could not be read: (Refused - x|getaddrinfo ENOTFOUND)$/);
    expect(await read(answer)).toEqual({ unknown: { code: 'reading-failed', message } });
  });

  test.each([
    ['a body of something else', () => ({ name: 'odd', properties: 7 }), /: not as specified: properties: /],
    ['a text', () => '<html>', /: not as specified: : /],
    ['an answer that is not JSON', thrown(new ArmError(OK, 'it is not JSON')), / could not be read: it is not JSON$/],
  ])('%s: it is unreadable', async (_name, answer, message) => {
    expect(await read(answer)).toEqual({ unknown: { code: 'unreadable', message: expect.stringMatching(message) } });
  });

  test('a fault of ours, or the end of the look, is neither', async () => {
    await expect(read(thrown(new RangeError('ours')))).rejects.toThrow(/^ours$/);
    await expect(read(thrown(new DOMException('stopped', 'AbortError')))).rejects.toThrow(/^stopped$/);
  });
});
