import { app } from '@azure/functions';
import { SweepMessage } from '../shared/messages.ts';
import { takePoison } from '../shared/take-poison.ts';
import { wire } from '../shared/wire.ts';

app.storageQueue('onSweepPoison', {
  queueName: 'sweep-poison',
  connection: 'AzureWebJobsStorage',
  async handler(message, context) {
    const ports = await wire(context);
    const subscription = takePoison(ports, 'sweep', SweepMessage, message)?.subscription;
    const id = `/subscriptions/${subscription}`;
    if (subscription === undefined || !ports.isWatched(id)) return;
    await ports.tellFailure(id, await ports.recordListingFailure(subscription));
  },
});
