import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { broken, compiled, type Fault } from '../support/templates/compiled.ts';
import { filterIn, letsThrough } from '../support/templates/event-filter.ts';
import { specifiedOperations } from '../support/templates/operations.ts';

const EVENTS = compiled('events');
const EXAMPLES = join(
  import.meta.dirname,
  '../contract/event-grid/Microsoft.Resources/stable/2018-01-01/examples/event-grid-schema',
);

describe('the filter of events', () => {
  const ACCOUNT = '/subscriptions/sub1/resourcegroups/rg1/providers/Microsoft.Batch/batchAccounts/acct1';
  const GROUP = '/subscriptions/sub1/resourcegroups/rg1';
  const BATCH = 'Microsoft.Batch/batchAccounts/';
  const PROXY = `${ACCOUNT}/privateEndpointConnectionProxies/c`;
  const DIAGNOSTICS = `${ACCOUNT}/providers/Microsoft.Insights/diagnosticSettings/d`;

  /** Of those that the specification lists. One that is on neither list fails the test. */
  const MATTER = [
    'write',
    'delete',
    'listKeys/action',
    'regenerateKeys/action',
    'pools/write',
    'pools/delete',
    'pools/stopResize/action',
    'pools/disableAutoScale/action',
    'privateEndpointConnections/write',
    'privateEndpointConnections/delete',
  ];
  const DO_NOT = /^(?:applications|certificates)\/|^syncAutoStorageKeys\/action$/;
  const specified = specifiedOperations().map(({ name, below }) => {
    const matters = MATTER.some((matter) => `${BATCH}${matter}` === name);
    if (matters === DO_NOT.test(name.slice(BATCH.length))) throw new Error(`does ${name} matter? Say so here`);
    return [name, `${ACCOUNT}${below}`, matters] as const;
  });
  const others: readonly (readonly [name: string, subject: string, matters: boolean])[] = [
    [`${BATCH}privateEndpointConnections/write`, `${ACCOUNT}/privateEndpointConnections/c`, true],
    [`${BATCH}privateEndpointConnectionProxies/write`, PROXY, true],
    [`${BATCH}privateEndpointConnectionProxies/delete`, PROXY, true],
    [`${BATCH}privateEndpointConnectionProxies/validate/action`, PROXY, false],
    ['Microsoft.Insights/diagnosticSettings/write', DIAGNOSTICS, true],
    ['Microsoft.Insights/diagnosticSettings/delete', DIAGNOSTICS, true],
    ['Microsoft.Insights/diagnosticSettings/write', `${GROUP}/providers/Microsoft.KeyVault/vaults/v`, false],
    ['Microsoft.Resources/tags/write', `${ACCOUNT}/providers/Microsoft.Resources/tags/default`, true],
    ['Microsoft.Resources/tags/delete', ACCOUNT, true],
    ['Microsoft.Resources/tags/write', GROUP, false],
    ['MICROSOFT.BATCH/BATCHACCOUNTS/POOLS/WRITE', `${ACCOUNT}/POOLS/P`.toUpperCase(), true],
    ['microsoft.batch/batchaccounts/write', ACCOUNT.toLowerCase(), true],
    ['Microsoft.Authorization/locks/write', `${ACCOUNT}/providers/Microsoft.Authorization/locks/l`, false],
    ['Microsoft.Storage/storageAccounts/write', `${GROUP}/providers/Microsoft.Storage/storageAccounts/s`, false],
    ['Microsoft.Resources/deployments/write', `${GROUP}/providers/Microsoft.Resources/deployments/Batch`, false],
  ];
  const samples = [...specified, ...others];

  function sample(name: string, subject: string, outcome = 'success'): unknown {
    const kind = /\/(write|delete|action)$/i.exec(name)?.[1]?.toLowerCase() ?? '';
    const text = readFileSync(join(EXAMPLES, `resource_${kind}_${outcome}.json`), 'utf8');
    const event = z.looseObject({ data: z.looseObject({}) }).parse(JSON.parse(text));
    return { ...event, subject, data: { ...event.data, operationName: name, resourceUri: subject } };
  }

  /** The samples that it treats otherwise than they deserve. */
  function wrong(events: string): string[] {
    const filter = filterIn(events);
    return samples
      .filter(([name, subject, matters]) => letsThrough(filter, sample(name, subject)) !== matters)
      .map(([name]) => name);
  }

  test('lets through every operation that matters, and no other', () => {
    expect(wrong(EVENTS)).toEqual([]);
    const through = samples.filter(([, , matters]) => matters).length;
    console.log(`events: ${specified.length} specified operations, ${others.length} others; ${through} matter`);
    expect(specified.length).toBeGreaterThan(15);
  });

  test.each(['failure', 'cancel'])('lets nothing through that ended in %s', (outcome) => {
    const filter = filterIn(EVENTS);
    const through = samples.filter(([name, subject]) => letsThrough(filter, sample(name, subject, outcome)));
    expect(through).toEqual([]);
  });

  test.each<[Fault, string]>([
    [
      ['"Microsoft.Batch/batchAccounts/pools/write"', '"Microsoft.Batch/batchAccounts/pool/write"'],
      'Microsoft.Batch/batchAccounts/pools/write',
    ],
    [
      ['"Microsoft.Batch/batchAccounts/write"', '"Microsoft.Batch/batchAccounts/syncAutoStorageKeys/action"'],
      'Microsoft.Batch/batchAccounts/syncAutoStorageKeys/action',
    ],
    [['"/providers/Microsoft.Batch/batchAccounts/"', '"/providers/"'], 'Microsoft.Insights/diagnosticSettings/write'],
    [
      ['"/providers/Microsoft.Batch/batchAccounts/"', '"/providers/Microsoft.Batch/batchAccounts/acct2"'],
      'Microsoft.Batch/batchAccounts/write',
    ],
    [['"data.operationName"', '"data.operation"'], 'Microsoft.Batch/batchAccounts/write'],
    [['"Microsoft.Resources.ResourceDeleteSuccess",', ''], 'Microsoft.Batch/batchAccounts/delete'],
  ])('%s is seen', (fault, name) => {
    expect(wrong(broken(EVENTS, fault))).toContain(name);
  });
});
