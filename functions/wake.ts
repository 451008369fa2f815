import { app } from '@azure/functions';
import { takeAlarm } from '../shared/take-alarm.ts';
import { takeDoctor } from '../shared/take-doctor.ts';
import { wire } from '../shared/wire.ts';

app.timer('wake', {
  schedule: '0 */5 * * * *',
  async handler(_timer, context) {
    const ports = await wire(context);
    await takeAlarm(ports);
    // After each deployment once: the timer runs on one instance at a time.
    if (await ports.isUnchecked()) await takeDoctor(ports);
  },
});
