import { app } from '@azure/functions';
import { takeEvent } from '../shared/take-event.ts';
import { wire } from '../shared/wire.ts';

app.storageQueue('onQueuedEvent', {
  queueName: 'resource-events',
  connection: 'AzureWebJobsStorage',
  async handler(message, context) {
    await takeEvent(await wire(context), message);
  },
});
