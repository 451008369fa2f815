import { app } from '@azure/functions';
import { takeWish } from '../shared/take-wish.ts';
import { wire } from '../shared/wire.ts';

app.storageQueue('reconcile', {
  queueName: 'reconcile',
  connection: 'AzureWebJobsStorage',
  async handler(message, context) {
    await takeWish(await wire(context), message);
  },
});
