import { count } from '../model/words.ts';

/** One fault of a policy; line and column count from 1. */
export interface PolicyFault {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** A policy can have as many faults as lines, and its words can be as long as it is: what is told has a bound. */
const MOST_TOLD = 20;
const LONGEST = 500;

export class PolicyError extends Error {
  readonly faults: readonly PolicyFault[];

  /** @param fault asked only for those that are told */
  constructor(total: number, fault: (index: number) => PolicyFault) {
    const told = Array.from({ length: Math.min(total, MOST_TOLD) }, (_, index) => short(fault(index)));
    const rest = total - told.length;
    const faults = rest > 0 ? [...told, { ...fault(MOST_TOLD), message: `and ${count(rest, 'more fault')}` }] : told;
    super(faults.map(({ line, column, message }) => `line ${line}, column ${column}: ${message}`).join('; '));
    this.name = 'PolicyError';
    this.faults = faults;
  }
}

function short({ message, ...place }: PolicyFault): PolicyFault {
  return { ...place, message: message.length <= LONGEST ? message : `${message.slice(0, LONGEST)} …` };
}
