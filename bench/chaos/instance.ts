// A process of the app: the child of fleet.ts. What it logs is in its file before the call returns, so that a kill loses none.
import { writeSync } from 'node:fs';
import { trust } from '../../local/certificate.ts';
import { startFunctions } from '../../local/installation.ts';
import type { Order } from './fleet.ts';

/** In Azure ten minutes: how long a message stays hidden whose instance was killed. */
const HOLD_SECONDS = 8;
const LOG = 3;

process.once('disconnect', () => process.exit());
process.once('message', (message) => {
  // The only sender is fleet.ts, which sends this.
  void start(message as Order);
});

async function start({ certificate, queues }: Order): Promise<void> {
  trust(certificate);
  const host = await startFunctions(queues, {
    queues: { holdSeconds: HOLD_SECONDS },
    log: (line) => writeSync(LOG, `${JSON.stringify({ at: Date.now(), level: line.level, message: line.message })}\n`),
  });
  process.on('message', () => {
    void host.runTimer('sweep').then(() => process.send?.('swept'));
  });
  process.send?.(host.eventGridUrl('onResourceEvent'));
}
