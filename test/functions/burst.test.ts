import { expect, test } from 'vitest';
import { untilAtRest } from '../../local/at-rest.ts';
import { accountIdOf, estate } from '../../local/estate/estate.ts';
import { install } from '../../local/installation.ts';
import { logLineOf } from '../../local/log-in-words.ts';

const GENOMICS = accountIdOf('contosogenomics');
const SETTLING_SECONDS = 10;
const POSTS = 20;
const EVENTS_EACH = 50;

test('6: a burst of events is one message and one look', async () => {
  const logged: string[] = [];
  let lastTaken = 0;
  function log({ message }: { readonly message: string }): void {
    logged.push(message);
    if (logLineOf(message)?.event === 'event-taken') lastTaken = performance.now();
  }
  const local = await install({ ...estate(), settlingSeconds: SETTLING_SECONDS, log });
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
  const begun = performance.now();
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
  // Events that came at the end of a window opened the next; a slow machine takes them in over several.
  const windows = Math.ceil((lastTaken - begun) / (SETTLING_SECONDS * 1000));
  expect(looks).toContain('looked');
  expect(looks.length).toBeLessThanOrEqual(windows + 1);
});
