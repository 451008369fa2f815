import { app, type EventGridEvent, type InvocationContext } from '@azure/functions';
import { has, hooked, record } from './seen.ts';

const connection = 'AzureWebJobsStorage';

app.storageQueue('work', { queueName: '%WORK_QUEUE%', connection, handler: record });
app.storageQueue('slow', { queueName: 'slow', connection, handler: record });
app.storageQueue('on-poison', { queueName: 'other-poison', connection, handler: record });
app.timer('nightly', { schedule: '%SWEEP_SCHEDULE%', handler: record });
app.timer('often', { schedule: '*/1 * * * * *', handler: record });
app.eventGrid('on-event', {
  async handler(event: EventGridEvent, context: InvocationContext) {
    await record(event, context);
    if (has(event.data, 'bad')) throw new Error('bad event');
  },
});
app.hook.preInvocation(({ invocationContext }) => {
  hooked.push(`before ${invocationContext.functionName}`);
});
app.hook.postInvocation(({ invocationContext, error }) => {
  hooked.push(`after ${invocationContext.functionName}${error === null ? '' : ' failed'}`);
});
