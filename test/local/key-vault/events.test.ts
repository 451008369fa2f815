import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { handClock } from '../../../local/azure/clock.ts';
import { part } from '../../../local/azure/json.ts';
import { startLocalAzure } from '../../../local/azure/local-azure.ts';
import type { ResourceEvent } from '../../../local/azure/resource-event.ts';
import { makeCertificate } from '../../../local/certificate.ts';
import { estate } from '../../../local/estate/estate.ts';
import example from '../../contract/event-grid/Microsoft.KeyVault/stable/2018-01-01/examples/event-grid-schema/secret_new_version_created.json' with {
  type: 'json',
};
import { startHook } from '../../support/event-hook.ts';
import { START, threeVaults, vaultId } from '../../support/key-vault/vaults.ts';

const DAY = 24 * 60 * 60 * 1000;
const HOUR = DAY / 24;

let { vaults, clock, events } = threeVaults();
beforeEach(() => {
  ({ vaults, clock, events } = threeVaults());
});

/** Seconds since 1970, so many days after the start. */
function inDays(days: number): number {
  return Math.floor((START.getTime() + days * DAY) / 1000);
}

function told(of: readonly ResourceEvent[] = events): string[] {
  return of.map(({ eventType, subject }) => `${eventType.replace('Microsoft.KeyVault.Secret', '')} ${subject}`);
}

it('Every new version is told of, in the shape of the official example', () => {
  const id = vaults.asPerson().set('one', 'render', 'value', { attributes: { exp: inDays(90), nbf: inDays(0) } });
  const [event] = events;
  const shape = (value: unknown) => Object.entries(part(value)).map(([name, one]) => [name, typeof one]);
  expect(shape(event)).toEqual(expect.arrayContaining(shape(example)));
  expect(shape(event?.data)).toEqual(shape(example.data));
  expect(Object.keys(event ?? {}).toSorted()).toEqual(Object.keys(example).toSorted());
  expect(event).toMatchObject({
    topic: vaultId('one'),
    subject: 'render',
    eventType: example.eventType,
    eventTime: '2026-11-28T08:00:00.7500000Z',
    data: {
      Id: `https://one.vault.azure.net/secrets/render/${id}`,
      VaultName: 'one',
      ObjectType: example.data.ObjectType,
      Version: id,
      EXP: String(inDays(90)),
    },
  });
  vaults.asPerson().set('one', 'plain', 'value');
  expect(events.at(-1)?.data).toMatchObject({ NBF: null, EXP: null });
  expect(JSON.stringify(events)).not.toContain('"value"');
});

it('Near expiry is told 30 days before and expiry when it is there, once each, of the current version', () => {
  const person = vaults.asPerson();
  person.set('one', 'old', 'value', { attributes: { exp: inDays(40) } });
  person.set('one', 'render', 'value', { attributes: { exp: inDays(40) } });
  const current = person.set('one', 'old', 'value', { attributes: { exp: inDays(400) } });
  events.length = 0;
  const after = (milliseconds: number) => {
    clock.advance(milliseconds);
    vaults.ring();
    vaults.ring();
    return told(events.splice(0));
  };
  expect(after(10 * DAY - HOUR)).toEqual([]);
  expect(after(HOUR)).toEqual(['NearExpiry render']);
  expect(after(30 * DAY - HOUR)).toEqual([]);
  expect(after(HOUR)).toEqual(['Expired render']);
  expect(after(DAY)).toEqual([]);
  // With another expiry it all begins again.
  person.update('one', 'old', current, { attributes: { exp: inDays(50) } });
  expect(after(0)).toEqual(['NearExpiry old']);
  person.delete('one', 'old');
  expect(after(20 * DAY)).toEqual([]);
});

it('A call to a vault tells what is due', async () => {
  vaults.asPerson().set('one', 'render', 'value', { attributes: { exp: inDays(1) } });
  expect(told()).toEqual(['NewVersionCreated render']);
  const url = new URL(`${vaults.url('kept')}/secrets?api-version=2026-04-01`);
  await vaults.serve({ method: 'GET', url, authorization: undefined, body: '' });
  expect(told()).toEqual(['NewVersionCreated render', 'NearExpiry render']);
});

it('A subscription gets the events of its vault, and that of resources none of them', async () => {
  const certificate = await makeCertificate();
  const azure = await startLocalAzure({
    ...certificate,
    ...estate(),
    clock: handClock(START),
    vaults: [
      { name: 'one', id: vaultId('one') },
      { name: 'two', id: vaultId('two') },
    ],
  });
  onTestFinished(() => azure.stop());
  const subscribe = async (vault?: string) => {
    const hook = await startHook();
    onTestFinished(() => hook.close());
    const wanted = vault === undefined ? {} : { vault: vaultId(vault) };
    await azure.eventGrid.subscribe({ url: hook.url, schema: 'EventGridSchema', ...wanted });
    return () => hook.deliveries.flatMap((delivery) => delivery.events);
  };
  const [resources, one, two] = [await subscribe(), await subscribe('one'), await subscribe('two')];
  azure.vaults.asPerson().set('one', 'render', 'value');
  azure.vaults.asPerson().set('two', 'other', 'value');
  const [pool] = estate().pools;
  azure.asPerson().patch(String(pool?.['id']), { properties: { metadata: [{ name: 'a', value: 'b' }] } });
  azure.eventGrid.publish([{ made: 'up' }], vaultId('one'));
  await azure.eventGrid.idle();
  expect(resources()).toMatchObject([{ eventType: 'Microsoft.Resources.ResourceWriteSuccess' }]);
  expect(one()).toMatchObject([{ subject: 'render', eventType: example.eventType }, { made: 'up' }]);
  expect(two()).toMatchObject([{ topic: vaultId('two'), subject: 'other', eventType: example.eventType }]);
  expect(one()[0]).toMatchObject({ data: { Id: expect.stringContaining(`${azure.vaults.url('one')}/secrets/`) } });
});
