import { app } from '@azure/functions';
import { SweepMessage } from '../shared/messages.ts';
import { wire } from '../shared/wire.ts';

app.storageQueue('onSweepPoison', {
  queueName: 'sweep-poison',
  connection: 'AzureWebJobsStorage',
  async handler(message, context) {
    const ports = await wire(context);
    ports.log({ event: 'poison', queue: 'sweep', message: JSON.stringify(message) });
    const parsed = SweepMessage.safeParse(message);
    if (!parsed.success) return;
    const { subscription } = parsed.data;
    await ports.tell(`/subscriptions/${subscription}`, await ports.recordListingFailure(subscription), ports.now());
  },
});
