import { syncBuiltinESMExports } from 'node:module';
import { mock } from 'node:test';
import { DAY } from '../shared/core/model/time.ts';

/** Milliseconds. */
const TICK = 20;

/**
 * Runs `work` while the clock and all timers of the process stand in for real ones and move as fast as the work lets them.
 * Nothing in it may wait for the real outside. @returns milliseconds of virtual time
 */
export async function inVirtualTime(work: () => Promise<void>): Promise<number> {
  mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'], now: Date.parse('2026-11-22T02:00:00Z') });
  syncBuiltinESMExports(); // timers/promises too, for who imported it before
  try {
    const began = Date.now();
    const state = { done: false };
    const result = work().finally(() => {
      state.done = true;
    });
    // Else a failure before it is awaited would end the process.
    result.catch(() => {});
    while (!state.done && Date.now() - began < DAY) {
      await settled();
      mock.timers.tick(TICK);
    }
    if (!state.done) throw new Error('not done within a day of virtual time');
    await result;
    return Date.now() - began;
  } finally {
    await settled(); // what is still under way waits for a time that never comes, not for a real one
    mock.timers.reset();
    syncBuiltinESMExports();
  }
}

/** All that follows from what was resolved has run. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
