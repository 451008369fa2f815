import { app } from '@azure/functions';
import { settings, wire } from '../shared/wire.ts';

const { watchedSubscriptions } = settings(); // at start, so that a bad setting shows at once

app.timer('sweep', {
  schedule: '%SWEEP_SCHEDULE%',
  retry: { strategy: 'fixedDelay', maxRetryCount: 5, delayInterval: { seconds: 30 } },
  async handler(_timer, context) {
    const ports = await wire(context);
    const now = ports.now();
    for (const subscription of watchedSubscriptions) await ports.enqueueListing(subscription, now, now);
    for await (const ended of ports.closeUnwatched()) await ports.tellEnded(ended);
    const notLookedAt = await ports.startSweep();
    ports.log({ event: 'sweep-started', subscriptions: watchedSubscriptions.length, notLookedAt });
  },
});
