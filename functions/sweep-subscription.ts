import { app } from '@azure/functions';
import { takeListing } from '../shared/take-listing.ts';
import { wire } from '../shared/wire.ts';

app.storageQueue('sweepSubscription', {
  queueName: 'sweep',
  connection: 'AzureWebJobsStorage',
  async handler(message, context) {
    await takeListing(await wire(context), message);
  },
});
