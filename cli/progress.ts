import { onOneLine } from '../shared/report/harmless.ts';
import type { Io } from './io.ts';

/** Tells how far a piece of work is, on one line where a terminal can draw it again. */
export interface Progress {
  /** One more is begun. */
  readonly step: (name: string) => void;
  readonly end: () => void;
}

/** Where progress is told. */
export type Teller = Pick<Io, 'err' | 'showsProgress' | 'redraws'> & Partial<Pick<Io, 'width'>>;

const CLEAR = '\r\u001b[K';

/** @param what such as "Reading account" */
export function progress(what: string, total: number, io: Teller): Progress {
  let begun = 0;
  const { redraws = false, width = 80 } = io;
  return {
    step(name) {
      begun += 1;
      if (!io.showsProgress) return;
      const line = `${what} ${begun} of ${total}: ${onOneLine(name)}`;
      // The last column stays free: a full line would wrap, and could not be cleared.
      io.err(redraws ? `${CLEAR}${line.slice(0, width - 1)}` : `${line}\n`);
    },
    end() {
      if (io.showsProgress && redraws && begun > 0) io.err(CLEAR);
    },
  };
}
