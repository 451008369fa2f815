import { app } from '@azure/functions';
import { takeAlarms } from '../shared/take-alarms.ts';
import { wire } from '../shared/wire.ts';

app.timer('wake', {
  schedule: '0 */5 * * * *',
  async handler(_timer, context) {
    const ports = await wire(context);
    const rung = await takeAlarms(ports);
    const now = ports.now();
    const [policy, depths] = await Promise.all([ports.policy(), ports.depths()]);
    const queues = depths.map(({ queue, messages, oldest }) => ({
      queue,
      messages,
      oldestSeconds: oldest && Math.round((now.getTime() - oldest.getTime()) / 1000),
    }));
    ports.log({ event: 'heartbeat', version: ports.version, policy: policy.hash, ...rung, queues });
  },
});
