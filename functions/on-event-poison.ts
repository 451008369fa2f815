import { app } from '@azure/functions';
import { accountOf } from '../shared/core/model/resource-id.ts';
import { isOfVault, ResourceEvent } from '../shared/messages.ts';
import { takeSecretEvent } from '../shared/take-secret-event.ts';
import { wire } from '../shared/wire.ts';

app.storageQueue('onEventPoison', {
  queueName: 'resource-events-poison',
  connection: 'AzureWebJobsStorage',
  async handler(message, context) {
    const ports = await wire(context);
    const event = ResourceEvent.safeParse(message).data;
    // Not the whole event: it names people.
    ports.log({ event: 'poison', queue: 'resource-events', message: event?.subject ?? 'not an Event Grid event' });
    if (isOfVault(message)) return takeSecretEvent(ports, message);
    const account = event === undefined ? null : accountOf(event.subject);
    if (account !== null && ports.isWatched(account.text)) await ports.enqueueLook(account.text, ports.now());
  },
});
