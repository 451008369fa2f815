import { app } from '@azure/functions';
import { after, HOUR } from '../shared/core/model/time.ts';
import { SweepMessage } from '../shared/messages.ts';
import { wire } from '../shared/wire.ts';

app.storageQueue('sweepSubscription', {
  queueName: 'sweep',
  connection: 'AzureWebJobsStorage',
  async handler(message, context) {
    const { subscription, since } = SweepMessage.parse(message);
    const ports = await wire(context);
    const listed = await ports.listAccounts(subscription);
    if ('retryAt' in listed) {
      if (ports.now() > after(since, HOUR)) throw new Error(`Azure asks for patience since ${since.toISOString()}`);
      return ports.enqueueListing(subscription, since, listed.retryAt);
    }
    const found = new Set(listed);
    const missing = (await ports.rememberedAccounts(subscription, found)).filter((id) => !found.has(id));
    await ports.enqueueLooks([...listed, ...missing], since);
    const doubt = await ports.whyListMayLack(subscription, listed);
    const news = await (doubt === null
      ? ports.closeListingFailure(subscription)
      : ports.recordListingFailure(subscription, doubt));
    await ports.tell(`/subscriptions/${subscription}`, news, ports.now());
    ports.log({ event: 'subscription-listed', subscription, accounts: listed.length, missing: missing.length });
  },
});
