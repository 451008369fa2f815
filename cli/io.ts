import type { Paint } from '../shared/report/terminal/terminal.ts';

/** The terminal, or what stands in for it. */
export interface Io {
  /** Standard output: the report alone. */
  readonly out: (text: string) => void;
  /** Standard error: everything else. */
  readonly err: (text: string) => void;
  readonly stdin: () => Promise<Uint8Array>;
  readonly paint: Paint;
  readonly width: number;
  readonly showsProgress: boolean;
  /** Progress may be drawn again on its line. */
  readonly redraws?: boolean;
  /** Only errors are told beside the report. */
  readonly isQuiet?: boolean;
}

/** Tells on standard error what a person may want to know of what was done, unless asked to be quiet. */
export function note(text: string, { err, isQuiet }: Pick<Io, 'err' | 'isQuiet'>): void {
  if (isQuiet !== true) err(`${text}\n`);
}

/** Exit codes; the highest holds. A fault of the program itself is 3. */
export const CLEAN = 0;
export const FOUND = 1;
export const BAD_INPUT = 2;

/** The command cannot be carried out as given; the message says what to do. */
export class BadInput extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BadInput';
  }
}
