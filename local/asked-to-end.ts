import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The exit code, once somebody ends this process or the npm that started it. Further signals do not break off its end. */
export function askedToEnd(): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  for (const signal of SIGNALS) process.on(signal, () => resolve(128 + constants.signals[signal]));
  // npm passes a signal on to its shell, which dies of it without a word to us.
  const parent = process.ppid;
  const look = () => {
    if (process.ppid !== parent) resolve(128 + constants.signals.SIGTERM);
  };
  if (process.env['npm_lifecycle_event'] !== undefined) setInterval(look, 200).unref();
  return promise;
}
