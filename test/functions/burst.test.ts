import { expect, test } from 'vitest';
import { untilAtRest } from '../../local/at-rest.ts';
import { accountIdOf, estate } from '../../local/estate/estate.ts';
import { install } from '../../local/installation.ts';
import { logLineOf } from '../../local/log-in-words.ts';

const GENOMICS = accountIdOf('contosogenomics');
const POSTS = 20;
const EVENTS_EACH = 50;

test('6: a burst of events is one message and one look', async () => {
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
  const post = () =>
    fetch(local.host.eventGridUrl('onResourceEvent'), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'aeg-event-type': 'Notification' },
      body: JSON.stringify(Array.from({ length: EVENTS_EACH }, event)),
    });
  const answers = await Promise.all(Array.from({ length: POSTS }, post));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202));
  await untilAtRest(local);
  const looks = logged.flatMap((message) => {
    const line = logLineOf(message);
    return line?.event === 'look' ? [line.result] : [];
  });
  const taken = logged.filter((message) => logLineOf(message)?.event === 'event-taken');
  console.log(`burst: ${taken.length} events, ${looks.length} messages`);
  expect(taken).toHaveLength(POSTS * EVENTS_EACH);
  // Events that came at the end of a window opened the next. What the look wrote asks for a look of its own.
  expect(looks).toContain('looked');
  expect(looks.length).toBeLessThanOrEqual(2);
});
