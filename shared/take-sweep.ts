import { exemptionNotes } from './core/plan/exemption-notes.ts';
import type { PolicySource, Queues, Register, Run, Telling } from './ports.ts';

export type SweepPorts = Run &
  PolicySource &
  Pick<Register, 'closeUnwatched' | 'openFindings' | 'startSweep'> &
  Pick<Queues, 'enqueueListing'> &
  Pick<Telling, 'log' | 'tellEnded'>;

/** Has each subscription listed, ends what is no longer watched, and tells of exemptions that somebody is to see to. */
export async function takeSweep(ports: SweepPorts, watchedSubscriptions: readonly string[]): Promise<void> {
  const now = ports.now();
  for (const subscription of watchedSubscriptions) await ports.enqueueListing(subscription, now, now);
  for await (const ended of ports.closeUnwatched()) await ports.tellEnded(ended);
  await tellExemptions(ports);
  const notLookedAt = await ports.startSweep();
  ports.log({ event: 'sweep-started', subscriptions: watchedSubscriptions.length, notLookedAt });
}

/** A policy that is not valid is told by each look. */
async function tellExemptions(ports: SweepPorts): Promise<void> {
  const policy = await ports.policy();
  if ('invalid' in policy || policy.exemptions.length === 0) return;
  const notes = exemptionNotes(policy.exemptions, await ports.openFindings(), ports.now());
  const { correlationId, version } = ports;
  for (const { until, ...note } of notes)
    ports.log({ event: 'exemption', correlationId, version, policy: policy.hash, ...note, until: until.toISOString() });
}
