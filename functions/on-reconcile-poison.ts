import { app } from '@azure/functions';
import { ReconcileMessage } from '../shared/messages.ts';
import { intake } from '../shared/wire.ts';

app.storageQueue('on-reconcile-poison', {
  queueName: 'reconcile-poison',
  connection: 'AzureWebJobsStorage',
  async handler(message, context) {
    const ports = await intake(context);
    ports.log({ event: 'poison', queue: 'reconcile', message: JSON.stringify(message) });
    const parsed = ReconcileMessage.safeParse(message);
    if (!parsed.success) return;
    await ports.recordLookFailure(parsed.data.accountId);
  },
});
