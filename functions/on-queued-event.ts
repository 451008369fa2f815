import { app } from '@azure/functions';
import { isOfVault } from '../shared/messages.ts';
import { takeEvent } from '../shared/take-event.ts';
import { takeSecretEvent } from '../shared/take-secret-event.ts';
import { wire } from '../shared/wire.ts';

app.storageQueue('onQueuedEvent', {
  queueName: 'resource-events',
  connection: 'AzureWebJobsStorage',
  async handler(message, context) {
    await (isOfVault(message) ? takeSecretEvent : takeEvent)(await wire(context), message);
  },
});
