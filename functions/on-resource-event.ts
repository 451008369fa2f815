import { app } from '@azure/functions';
import { accountOf } from '../shared/core/resource-id.ts';
import { ResourceEvent } from '../shared/messages.ts';
import { intake } from '../shared/wire.ts';

app.eventGrid('on-resource-event', {
  async handler(message, context) {
    const ports = await intake(context);
    const parsed = ResourceEvent.safeParse(message);
    const ignored = (subject: string, reason: string) => ports.log({ event: 'event-ignored', subject, reason });
    if (!parsed.success) return ignored('', `not an Event Grid event: ${parsed.error.issues[0]?.message ?? ''}`);
    const { subject, type } = parsed.data;
    const account = accountOf(subject);
    if (account === null) return ignored(subject, 'not about Batch');
    await ports.enqueueLook(account.text, ports.now());
    await ports.noteEvent(parsed.data);
    ports.log({ event: 'event-taken', subject, reason: parsed.data.operation ?? type });
  },
});
