import { app } from '@azure/functions';
import { takeAlarm } from '../shared/take-alarm.ts';
import { wire } from '../shared/wire.ts';

app.timer('wake', {
  schedule: '0 */5 * * * *',
  async handler(_timer, context) {
    await takeAlarm(await wire(context));
  },
});
