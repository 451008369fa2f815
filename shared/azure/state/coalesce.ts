import { setTimeout as sleep } from 'node:timers/promises';

interface Waiting<T> {
  value: T;
  readonly done: Promise<void>;
}

/**
 * Writes of one key, one after the other: what comes while one is under way, or within `pause` after its end, becomes one
 * write, of all those values merged. Whoever gave a value is answered when that write is done, or fails as it does.
 * @param pause milliseconds
 */
export function coalesce<T>(
  write: (value: T) => Promise<void>,
  merge: (value: T, other: T) => T,
  pause: number,
): (key: string, value: T) => Promise<void> {
  const waiting = new Map<string, Waiting<T>>();
  const running = new Map<string, Promise<void>>();

  async function next(key: string, before: Promise<void> | undefined): Promise<void> {
    await before;
    const mine = waiting.get(key);
    if (mine === undefined) return;
    waiting.delete(key);
    const writing = write(mine.value);
    const over = writing
      .catch(() => {}) // told to those who asked for it
      .then(() => sleep(pause))
      .finally(() => {
        if (running.get(key) === over) running.delete(key);
      });
    running.set(key, over);
    await writing;
  }

  return (key, value) => {
    const there = waiting.get(key);
    if (there === undefined) {
      const done = next(key, running.get(key));
      waiting.set(key, { value, done });
      return done;
    }
    there.value = merge(value, there.value);
    return there.done;
  };
}
