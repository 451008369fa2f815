import { app } from '@azure/functions';
import { ReconcileMessage } from '../shared/messages.ts';
import { desk } from '../shared/wire.ts';

app.storageQueue('on-poison', {
  queueName: 'reconcile-poison',
  connection: 'AzureWebJobsStorage',
  async handler(message, context) {
    const ports = await desk(context);
    ports.log({ event: 'poison', queue: 'reconcile', message: JSON.stringify(message) });
    const parsed = ReconcileMessage.safeParse(message);
    if (!parsed.success) return;
    await ports.noteAccountUnlooked(parsed.data.accountId, 'the account could not be looked at: every try failed');
  },
});
