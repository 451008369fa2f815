import { Cron } from 'croner';
import type { TypedData } from './core.ts';

export interface TimerTrigger {
  name: string;
  schedule: string;
  useMonitor: boolean;
  invoke: (timer: TypedData) => Promise<void>;
}

export interface RunningTimer {
  /** Runs it now, after a run under way; rejects when the function throws. */
  run(): Promise<void>;
  stop(): void;
}

// croner knows L, W, # and ?, which NCRONTAB does not.
const field = /^(?:\*|\d+|[a-z]{3})(?:[-,/](?:\*|\d+|[a-z]{3}))*$/i;

/** Runs a function by its NCRONTAB schedule in UTC, never two runs at once; what falls due in a run is skipped. */
export function startTimer({ name, schedule, useMonitor, invoke }: TimerTrigger): RunningTimer {
  const cron = read(name, schedule);
  const [first, second] = cron.nextRuns(2);
  // The host keeps no status for what runs more often than once a minute.
  const monitored = useMonitor && first !== undefined && Number(second) - Number(first) >= 60_000;
  let status = { Last: '0001-01-01T00:00:00', Next: next(cron), LastUpdated: new Date().toISOString() };
  let last = Promise.resolve();
  let wanted = 0;

  function run(): Promise<void> {
    wanted += 1;
    last = last
      .catch(() => {})
      .then(() => invoke({ json: JSON.stringify(timer()) }))
      .finally(() => {
        wanted -= 1;
      });
    return last;
  }

  function timer() {
    return { Schedule: { AdjustForDST: true }, ScheduleStatus: monitored ? status : null, IsPastDue: false };
  }

  cron.schedule(async () => {
    if (wanted > 0) return;
    const due = new Date().toISOString();
    // The failure has been logged; the next run is another try.
    await run().catch(() => {});
    // A timer that was stopped meanwhile has no next time.
    status = { Last: due, Next: cron.nextRun()?.toISOString() ?? status.Next, LastUpdated: due };
  });
  return { run, stop: () => cron.stop() };
}

function read(name: string, schedule: string): Cron {
  const fields = schedule.trim().split(/\s+/);
  try {
    if (!fields.every((text) => field.test(text))) throw new TypeError('it has a field that NCRONTAB does not know');
    return new Cron(schedule.trim(), { mode: '5-or-6-parts', domAndDow: true, timezone: 'UTC' });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${name}: the schedule "${schedule}" is no NCRONTAB expression: ${reason}`, { cause });
  }
}

function next(cron: Cron): string {
  const date = cron.nextRun();
  if (date === null) throw new Error(`The schedule "${cron.getPattern()}" never comes.`);
  return date.toISOString();
}
