import { app } from '@azure/functions';
import { ReconcileMessage } from '../shared/messages.ts';
import { reconcile } from '../shared/reconcile.ts';
import { wire } from '../shared/wire.ts';

app.storageQueue('reconcile', {
  queueName: 'reconcile',
  connection: 'AzureWebJobsStorage',
  async handler(message, context) {
    await reconcile(await wire(context), ReconcileMessage.parse(message));
  },
});
