// A process of the app: the child of app-process.ts. What it logs is in its file before the call returns, so that a kill loses none.
import { writeSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import type { Order } from './app-process.ts';
import { trust } from './certificate.ts';
import { startFunctions } from './installation.ts';

const LOG = 3;

process.once('disconnect', () => process.exit());
process.once('message', (message) => {
  // The only sender is app-process.ts, which sends this.
  void start(message as Order);
});

async function start({ certificates, queues, options }: Order): Promise<void> {
  for (const certificate of certificates) trust(certificate);
  const host = await startFunctions(queues, {
    queues: options,
    log: (line) => writeSync(LOG, `${JSON.stringify({ at: Date.now(), level: line.level, message: line.message })}\n`),
  });
  process.on('message', () => {
    void host.runTimer('sweep').then(() => process.send?.('swept'));
  });
  // Node keeps what it compiled only at an end that it sees.
  flushCompileCache();
  process.send?.(host.eventGridUrl('onResourceEvent'));
}
