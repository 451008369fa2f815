import { expect, test } from 'vitest';
import { untilAtRest } from '../../local/at-rest.ts';
import { accountIdOf, estate } from '../../local/estate/estate.ts';
import { install } from '../../local/installation.ts';
import { logLineOf } from '../../local/log-in-words.ts';

const GENOMICS = accountIdOf('contosogenomics');
const EVENTS = 12;

test('a burst of events is one look', async () => {
  const logged: string[] = [];
  const local = await install({ ...estate(), settlingSeconds: 10, log: ({ message }) => logged.push(message) });
  await using _ = { [Symbol.asyncDispose]: () => local.stop() };
  const event = () => ({
    id: crypto.randomUUID(),
    topic: GENOMICS.split('/').slice(0, 3).join('/'),
    subject: `${GENOMICS}/pools/mpi-open-internet`,
    eventType: 'Microsoft.Resources.ResourceWriteSuccess',
    eventTime: '2026-11-22T12:00:00.1234567Z',
    dataVersion: '2',
    metadataVersion: '1',
    data: { operationName: 'Microsoft.Batch/batchAccounts/pools/write', claims: { appid: 'someone' } },
  });
  const { status } = await fetch(local.host.eventGridUrl('onResourceEvent'), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'aeg-event-type': 'Notification' },
    body: JSON.stringify(Array.from({ length: EVENTS }, event)),
  });
  expect(status).toBe(202);
  await untilAtRest(local);
  const looks = logged.flatMap((message) => {
    const line = logLineOf(message);
    return line?.event === 'look' ? [line.result] : [];
  });
  expect(looks.filter((result) => result === 'looked')).toHaveLength(1);
  expect(looks.filter((result) => result === 'looked-already')).toHaveLength(
    looks.filter((result) => result !== 'looked' && result !== 'busy').length,
  );
  expect(looks.length).toBeGreaterThanOrEqual(EVENTS);
});
