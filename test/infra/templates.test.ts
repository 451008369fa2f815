import { TableServiceClient } from '@azure/data-tables';
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import { beforeAll, describe, expect, test } from 'vitest';
import { BARE_SETTINGS } from '../../local/bare-settings.ts';
import { makeCertificate, trust } from '../../local/certificate.ts';
import { functionFiles } from '../../local/function-files.ts';
import { type AppFunction, loadApp } from '../../local/host/load.ts';
import { makeStores } from '../../local/make-stores.ts';
import { startStorage } from '../../local/storage.ts';

import { SETTING_NAMES } from '../../shared/azure/settings.ts';
import { openStorage } from '../../shared/azure/state/storage.ts';
import { storageCredential } from '../support/host/token.ts';
import { broken, compiled, type Fault, templatesIn } from '../support/templates/compiled.ts';
import { openStorageFaults, planFaults, secretFaults, settingFaults, settingsIn } from '../support/templates/faults.ts';
import { nameFaults, type Stores } from '../support/templates/names.ts';

const MAIN = compiled('main');
const EVENTS = compiled('events');
const VAULT_EVENTS = compiled('vault-events');
/** What the host reads for itself; with them it signs in by identity. */
const OF_THE_HOST = [
  'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
  'APPLICATIONINSIGHTS_CONNECTION_STRING',
  'AzureWebJobsStorage__clientId',
  'AzureWebJobsStorage__credential',
];
/** Azure sets the first to Production, and only Core Tools set another; the others have good defaults. */
const NOT_OF_THE_TEMPLATE = ['AZURE_FUNCTIONS_ENVIRONMENT', 'SETTLING_SECONDS', 'BUSY_SECONDS', 'LOOKS_PER_SECOND'];

let made: Stores;
let functions: Map<string, AppFunction>;

beforeAll(async () => {
  const certificate = await makeCertificate();
  trust(certificate.cert);
  const storage = await startStorage(certificate);
  try {
    await makeStores(await openStorage(storage, storageCredential()));
    made = await storesAt(storage);
  } finally {
    await storage.stop();
  }
  Object.assign(process.env, BARE_SETTINGS);
  functions = await loadApp(functionFiles(), BARE_SETTINGS);
});

async function storesAt({ blob, queue, table }: { blob: string; queue: string; table: string }): Promise<Stores> {
  const names = (listed: AsyncIterable<{ name?: string }>) => Array.fromAsync(listed, ({ name }) => String(name));
  return {
    tables: await names(new TableServiceClient(table, storageCredential()).listTables()),
    queues: await names(new QueueServiceClient(queue, storageCredential()).listQueues()),
    containers: await names(new BlobServiceClient(blob, storageCredential()).listContainers()),
  };
}

describe('the compiled template', () => {
  const needed = new Set([...SETTING_NAMES, ...OF_THE_HOST].filter((name) => !NOT_OF_THE_TEMPLATE.includes(name)));
  const CHECKS = {
    secrets: secretFaults,
    open: openStorageFaults,
    plan: planFaults,
    settings: (main: string) => settingFaults(main, needed),
    names: (main: string) => nameFaults(main, [EVENTS, VAULT_EVENTS], made, functions),
  };

  test.each(Object.entries(CHECKS))('has no fault: %s', (_name, check) => {
    expect(check(MAIN)).toEqual([]);
  });

  test('was looked at whole', () => {
    const counts = [templatesIn(MAIN).length, Object.keys(settingsIn(MAIN)).length, functions.size] as const;
    console.log(
      `templates: ${counts[0]} in main, ${counts[1]} settings, ${SETTING_NAMES.length} read, ${counts[2]} functions`,
    );
    console.log(`stores: ${JSON.stringify(made)}`);
    expect(counts[0]).toBeGreaterThan(8);
    expect(functions.size).toBe(functionFiles().length);
  });

  test.each<[keyof typeof CHECKS, Fault, RegExp]>([
    ['settings', ['"SWEEP_SCHEDULE":', '"SWEEP_SCHEDUL":'], /^SWEEP_SCHEDULE is not set$/m],
    ['settings', ['"FINDINGS_TOPIC":', '"FINDING_TOPIC":'], /^nobody reads FINDING_TOPIC$/m],
    ['settings', ['"SWEEP_SCHEDULE":', '"MORE": "x", "SWEEP_SCHEDULE":'], /^nobody reads MORE$/m],
    ['settings', ['primaryEndpoints.queue]', 'primaryEndpoints.table]'], /queue service/],
    ['secrets', ['"[parameters(\'findingsTopic\')]"', '"[listKeys(resourceId(1), 2).key1]"'], /FINDINGS_TOPIC holds/],
    ['secrets', [/"\[variables\('watched'\)\]"(?=[\s}]*$)/, '"AccountKey=x"'], /watchedSubscriptionIds holds/],
    [
      'secrets',
      [/"outputs": \{\s+"id": \{\s+"type": "string"/, '"outputs": {"id": {"type": "securestring"'],
      /id is a/,
    ],
    ['secrets', ['"DisableLocalAuth": true', '"DisableLocalAuth": false'], /the component/],
    ['open', ['"allowSharedKeyAccess": false', '"allowSharedKeyAccess": true'], /is open/],
    ['open', ['"allowSharedKeyAccess": false,', ''], /is open/],
    ['open', ['"allowBlobPublicAccess": false', '"allowBlobPublicAccess": true'], /is open/],
    ['open', ["[if(parameters('isPrivate'), 'Deny', 'Allow')]", 'Allow'], /is open/],
    ['open', ['"bypass": "AzureServices"', '"bypass": "None"'], /is open/],
    ['open', ['"minimumTlsVersion": "TLS1_2"', '"minimumTlsVersion": "TLS1_0"'], /is open/],
    ['plan', ['"http20Enabled": true', '"ftpsState": "Disabled"'], /^ftpsState is refused$/],
    ['names', ['"sweep": "sweep"', '"sweep": "sweeps"'], /^queues: .*^queues that are read: /ms],
    ['names', ['"hints": "hints"', '"hints": "hint"'], /^tables: /m],
    ['names', ['"leases": "leases"', '"leases": "lease"'], /^containers: /m],
  ])('%s: %s is seen', (check, fault, expected) => {
    expect(CHECKS[check](broken(MAIN, fault)).join('\n')).toMatch(expected);
  });

  test.each<[Fault, RegExp]>([
    [['"onResourceEvent"', '"on-event"'], /^functions that Event Grid calls: on-event, onSecretEvent in the template/m],
    [
      ["parameters('functionName')), 'max", "'onResourceEvent'), 'max"],
      /^functions that Event Grid calls: , onSecretEvent in the template/m,
    ],
    [['"resourceEvents": "resource-events"', '"resourceEvents": "events"'], /^queues of events: events in the/m],
    [
      ["queues.resourceEvents, 'queueMessage", "queues.sweep, 'queueMessage"],
      /^queues of events: resource-events, sweep /m,
    ],
    [
      ["'default', variables('stores').queues.resourceEvents", "'default', variables('stores').queues.sweep"],
      /^queues of/m,
    ],
    [
      ['.containers.deadLetters]"', '.containers.leases]"'],
      /^containers that Event Grid writes to: deadLetters, leases/m,
    ],
  ])('the names of events: %s is seen', (fault, expected) => {
    expect(nameFaults(MAIN, [broken(EVENTS, fault), VAULT_EVENTS], made, functions).join('\n')).toMatch(expected);
  });
});
