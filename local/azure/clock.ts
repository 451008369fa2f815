export interface Clock {
  now(): Date;
}

export const realClock: Clock = { now: () => new Date() };

/** A clock that a test moves. */
interface HandClock extends Clock {
  advance(milliseconds: number): void;
}

export function handClock(start: Date): HandClock {
  let at = start.getTime();
  return {
    now: () => new Date(at),
    advance(milliseconds) {
      at += milliseconds;
    },
  };
}
