import { app } from '@azure/functions';
import { takeSweep } from '../shared/take-sweep.ts';
import { settings, wire } from '../shared/wire.ts';

const { watchedSubscriptions } = settings(); // at start, so that a bad setting shows at once

app.timer('sweep', {
  schedule: '%SWEEP_SCHEDULE%',
  retry: { strategy: 'fixedDelay', maxRetryCount: 5, delayInterval: { seconds: 30 } },
  async handler(_timer, context) {
    await takeSweep(await wire(context), watchedSubscriptions);
  },
});
