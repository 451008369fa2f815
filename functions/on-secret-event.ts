import { app } from '@azure/functions';
import { takeSecretEvent } from '../shared/take-secret-event.ts';
import { wire } from '../shared/wire.ts';

app.eventGrid('onSecretEvent', {
  async handler(message, context) {
    await takeSecretEvent(await wire(context), message);
  },
});
