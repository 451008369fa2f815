import { app } from '@azure/functions';
import { ReconcileMessage } from '../shared/messages.ts';
import { wire } from '../shared/wire.ts';

app.storageQueue('onReconcilePoison', {
  queueName: 'reconcile-poison',
  connection: 'AzureWebJobsStorage',
  async handler(message, context) {
    const ports = await wire(context);
    ports.log({ event: 'poison', queue: 'reconcile', message: JSON.stringify(message) });
    const parsed = ReconcileMessage.safeParse(message);
    if (!parsed.success) return;
    const { accountId } = parsed.data;
    await ports.tell(accountId, await ports.recordLookFailure(accountId), ports.now());
  },
});
