import { app } from '@azure/functions';
import { ReconcileMessage } from '../shared/messages.ts';
import { takePoison } from '../shared/take-poison.ts';
import { wire } from '../shared/wire.ts';

app.storageQueue('onReconcilePoison', {
  queueName: 'reconcile-poison',
  connection: 'AzureWebJobsStorage',
  async handler(message, context) {
    const ports = await wire(context);
    const accountId = takePoison(ports, 'reconcile', ReconcileMessage, message)?.accountId;
    if (accountId === undefined || !ports.isWatched(accountId)) return;
    await ports.tellFailure(accountId, await ports.recordLookFailure(accountId));
  },
});
