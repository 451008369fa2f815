import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { broken, compiled, type Fault, resourcesIn, templatesIn } from '../support/templates/compiled.ts';
import { filterIn, letsThrough } from '../support/templates/event-filter.ts';

const VAULT_EVENTS = compiled('vault-events');
const EVENTS = compiled('events');
const OF_SECRETS = ['SecretNearExpiry', 'SecretExpired', 'SecretNewVersionCreated'];
const OF_OTHERS = [
  'KeyNearExpiry',
  'KeyExpired',
  'KeyNewVersionCreated',
  'CertificateNearExpiry',
  'VaultAccessPolicyChanged',
];
const Topic = z.object({ location: z.string(), properties: z.object({ source: z.string(), topicType: z.string() }) });
const Given = z.object({ parameters: z.object({ topicType: z.object({ value: z.string() }) }).catchall(z.unknown()) });

/** What the module that delivers the events of a source is given, and what it makes. */
function source(text: string) {
  const [module] = resourcesIn(text, 'Microsoft.Resources/deployments').flatMap(
    ({ properties }) => Given.safeParse(properties).data?.parameters ?? [],
  );
  if (module === undefined) throw new Error('the template has no source of events');
  return module;
}

/** All that is below the template itself: what it shares with others. */
function shared(text: string) {
  return templatesIn(text)
    .slice(1)
    .map(({ resources, outputs }) => ({ resources, outputs }));
}

describe('the events of a vault', () => {
  const wrong = (text: string) => {
    const filter = filterIn(text);
    const through = (type: string) => letsThrough(filter, { eventType: `Microsoft.KeyVault.${type}`, subject: 'a' });
    return [...OF_SECRETS.filter((type) => !through(type)), ...OF_OTHERS.filter(through)];
  };

  test('are those of its secrets, and no others', () => {
    expect(wrong(VAULT_EVENTS)).toEqual([]);
    console.log(`events of vaults: ${OF_SECRETS.length} types matter, ${OF_OTHERS.length} do not`);
  });

  test.each<[Fault, string]>([
    [['"Microsoft.KeyVault.SecretExpired",', ''], 'SecretExpired'],
    [['"Microsoft.KeyVault.SecretExpired"', '"Microsoft.KeyVault.KeyExpired"'], 'KeyExpired'],
  ])('%s: a fault is seen', (fault, type) => {
    expect(wrong(broken(VAULT_EVENTS, fault))).toContain(type);
  });

  test('come from a topic of the vault, where the vault is, and go to a function of their own', () => {
    expect(source(VAULT_EVENTS)).toMatchObject({
      source: { value: expect.stringContaining("'Microsoft.KeyVault/vaults'") },
      topicType: { value: 'Microsoft.KeyVault.vaults' },
      sourceLocation: { value: expect.stringMatching(/^\[reference\('vault', '.*', 'full'\)\.location\]$/) },
      functionName: { value: 'onSecretEvent' },
    });
    expect(source(EVENTS)).toMatchObject({
      topicType: { value: 'Microsoft.Resources.Subscriptions' },
      sourceLocation: { value: 'global' },
    });
    const topics = resourcesIn(VAULT_EVENTS, 'Microsoft.EventGrid/systemTopics').filter(({ existing }) => !existing);
    expect(topics.map((topic) => Topic.parse(topic))).toEqual([
      {
        location: "[parameters('location')]",
        properties: { source: "[parameters('source')]", topicType: "[parameters('topicType')]" },
      },
    ]);
  });

  test('are delivered, dead-lettered and watched as those of a subscription are', () => {
    expect(shared(VAULT_EVENTS)).toEqual(shared(EVENTS));
    expect(resourcesIn(VAULT_EVENTS, 'Microsoft.Insights/metricAlerts')).toHaveLength(1);
    // Vaults may share a resource group.
    expect(source(VAULT_EVENTS)).toMatchObject({
      ourTopicName: { value: expect.stringContaining("parameters('vaultId')") },
      alarmsName: { value: expect.stringContaining("parameters('vaultId')") },
    });
    expect(Object.keys(source(VAULT_EVENTS))).toEqual(Object.keys(source(EVENTS)));
  });
});
