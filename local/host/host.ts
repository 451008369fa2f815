import type { QueueClient } from '@azure/storage-queue';
import { app, type HookName, hooksNamed } from './core.ts';
import { listenToEventGrid } from './event-grid.ts';
import { type Invoke, invoker, type Log } from './invoke.ts';
import { type AppFunction, loadApp, type Settings } from './load.ts';
import { type QueueOptions, readQueueOptions } from './options.ts';
import { readQueue } from './queue.ts';
import { queueTrigger } from './queue-trigger.ts';
import { Running } from './running.ts';
import { type RunningTimer, startTimer } from './timer.ts';

export interface HostOptions {
  /** The modules that register functions: absolute paths or file URLs. */
  files: readonly string[];
  /** The app's settings, for %SETTING% in bindings; what functions read from `process.env` is the caller's to set. */
  environment: Settings;
  queueClient: (name: string) => QueueClient;
  /** What differs from host.json. */
  queues?: Partial<QueueOptions>;
  log: Log;
}

export interface Host {
  readonly functions: ReadonlyMap<string, AppFunction>;
  /** Whether an invocation runs, or its queue message is not settled yet. */
  readonly busy: boolean;
  /** Waits until nothing runs. */
  idle(): Promise<void>;
  /** Runs a timer function now; rejects when it throws. */
  runTimer(name: string): Promise<void>;
  eventGridUrl(name: string): string;
  /** Takes no more work, finishes what runs, closes everything. */
  stop(): Promise<void>;
}

let started = false;

/** Runs the functions that the files register, as the Functions host would. One app per process. */
export async function startHost(options: HostOptions): Promise<Host> {
  if (started) throw new Error('A Functions host runs in this process already.');
  started = true;
  try {
    return await start(options);
  } catch (error) {
    started = false;
    throw error;
  }
}

async function start({ files, environment, queueClient, queues, log }: HostOptions): Promise<Host> {
  app.log = (level, message) => log({ functionName: null, invocationId: null, level, message });
  const functions = await loadApp(files, environment);
  const running = new Running();
  const run = invoker(log);
  const invoke: Invoke = (...call) => running.track(() => run(...call));
  const ofType = (type: AppFunction['type']) => [...functions.values()].filter((each) => each.type === type);

  const parts = { queueClient, options: { ...(await readQueueOptions()), ...queues }, invoke, running, log };
  const queueTriggers = ofType('queueTrigger').map((called) => queueTrigger(called, parts));
  const listener = await listenToEventGrid((name) => {
    const called = functions.get(name);
    return called?.type === 'eventGridTrigger' ? (...event) => invoke(called, ...event) : null;
  });
  const timers = new Map<string, RunningTimer>();
  const stopping = new AbortController();
  const stopTimers = () => timers.forEach((timer) => timer.stop());
  try {
    await runHooks('appStart');
    for (const called of ofType('timerTrigger')) {
      const { name, trigger } = called;
      const useMonitor = trigger['useMonitor'] !== false;
      const schedule = String(trigger['schedule']);
      timers.set(name, startTimer({ name, schedule, useMonitor, invoke: (timer) => invoke(called, timer) }));
    }
  } catch (error) {
    stopTimers();
    await listener.stop();
    throw error;
  }
  const readers = queueTriggers.map((trigger) => readQueue(trigger, stopping.signal));

  return {
    functions,
    get busy() {
      return running.busy;
    },
    idle: () => running.idle(),
    async runTimer(name) {
      const timer = timers.get(name);
      if (timer === undefined) throw new Error(`There is no timer function ${name}.`);
      await timer.run();
    },
    eventGridUrl(name) {
      if (functions.get(name)?.type !== 'eventGridTrigger') throw new Error(`There is no Event Grid function ${name}.`);
      return listener.url(name);
    },
    async stop() {
      if (stopping.signal.aborted) return;
      stopping.abort();
      stopTimers();
      await Promise.all([listener.stop(), ...readers, running.idle()]);
      await runHooks('appTerminate');
      started = false;
    },
  };
}

async function runHooks(name: HookName): Promise<void> {
  for (const hook of hooksNamed(name)) await hook({ hookData: app.hookData, appHookData: app.hookData });
}
