import { idKey } from './core/model/resource-id.ts';
import type { PolicySource, Queues, Register, Run, Telling } from './ports.ts';

type AlarmPorts = Run &
  PolicySource &
  Pick<Register, 'accountsDue' | 'accountsDraining'> &
  Pick<Queues, 'depths' | 'enqueueLooks'> &
  Pick<Telling, 'log'>;

/** Has the accounts looked at whose alarm has come, and before them those with a drain: these whatever else fails. */
export async function takeAlarm(ports: AlarmPorts): Promise<void> {
  const asked = await Promise.allSettled([ports.accountsDraining(), ports.accountsDue()]);
  const [draining, due] = asked.map((each) => (each.status === 'fulfilled' ? each.value : []));
  const now = ports.now();
  await ports.enqueueLooks(distinct([...(draining ?? []), ...(due ?? [])]), now);
  for (const each of asked) if (each.status === 'rejected') throw each.reason;
  const [policy, depths] = await Promise.all([ports.policy(), ports.depths()]);
  ports.log({
    event: 'heartbeat',
    version: ports.version,
    policy: policy.hash,
    due: due?.length ?? 0,
    draining: draining?.length ?? 0,
    queues: depths.map(({ queue, messages, oldest }) => ({
      queue,
      messages,
      oldestSeconds: oldest && Math.round((now.getTime() - oldest.getTime()) / 1000),
    })),
  });
}

function distinct(ids: readonly string[]): string[] {
  return [...new Map(ids.map((id) => [idKey(id), id])).values()];
}
