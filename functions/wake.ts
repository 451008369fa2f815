import { app } from '@azure/functions';
import { wire } from '../shared/wire.ts';

app.timer('wake', {
  schedule: '0 */5 * * * *',
  async handler(_timer, context) {
    const ports = await wire(context);
    const due = await ports.accountsDue();
    for (const accountId of due) await ports.enqueueLook(accountId, ports.now());
    if (due.length > 0) ports.log({ event: 'woken', accounts: due.length });
  },
});
