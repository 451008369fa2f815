import { app } from '@azure/functions';
import { SweepMessage } from '../shared/messages.ts';
import { intake } from '../shared/wire.ts';

app.storageQueue('on-sweep-poison', {
  queueName: 'sweep-poison',
  connection: 'AzureWebJobsStorage',
  async handler(message, context) {
    const ports = await intake(context);
    ports.log({ event: 'poison', queue: 'sweep', message: JSON.stringify(message) });
    const parsed = SweepMessage.safeParse(message);
    if (!parsed.success) return;
    await ports.recordListingFailure(parsed.data.subscription);
  },
});
