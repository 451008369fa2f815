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

  /** @param place where a fault stands; asked only for those that are told */
  constructor(all: readonly string[], place: (index: number) => Omit<PolicyFault, 'message'>) {
    const told = all.slice(0, MOST_TOLD).map((message, index) => ({ ...place(index), message: short(message) }));
    const rest = all.length - told.length;
    const faults = rest > 0 ? [...told, { ...place(MOST_TOLD), message: `and ${count(rest, 'more fault')}` }] : told;
    super(faults.map(({ line, column, message }) => `line ${line}, column ${column}: ${message}`).join('; '));
    this.name = 'PolicyError';
    this.faults = faults;
  }
}

function short(message: string): string {
  return message.length <= LONGEST ? message : `${message.slice(0, LONGEST)} …`;
}
