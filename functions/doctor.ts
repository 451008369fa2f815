import { app } from '@azure/functions';
import { takeDoctor } from '../shared/take-doctor.ts';
import { wire } from '../shared/wire.ts';

app.timer('doctor', {
  schedule: '0 30 3 * * *',
  async handler(_timer, context) {
    await takeDoctor(await wire(context));
  },
});
