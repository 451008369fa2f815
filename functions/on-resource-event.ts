import { app } from '@azure/functions';
import { takeEvent } from '../shared/take-event.ts';
import { wire } from '../shared/wire.ts';

app.eventGrid('onResourceEvent', {
  async handler(message, context) {
    await takeEvent(await wire(context), message);
  },
});
