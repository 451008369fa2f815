/** A moment as the service counts it: 100 nanoseconds since year 1. ETags are made of it. */
export type Ticks = bigint;

const EPOCH = 621_355_968_000_000_000n;
export const MILLISECOND: Ticks = 10_000n;
const TIME = /^(.{19})(?:\.(\d{1,7}))?Z$/;

export function ticksAt(date: Date): Ticks {
  return EPOCH + BigInt(date.getTime()) * MILLISECOND;
}

/** The ticks of a time as the service writes it, with up to seven digits of a second. */
export function ticksOf(time: string): Ticks {
  const [, seconds, fraction = ''] = TIME.exec(time) ?? [];
  if (seconds === undefined) throw new Error(`Not a time of the service: ${time}`);
  return ticksAt(new Date(`${seconds}Z`)) + BigInt(fraction.padEnd(7, '0'));
}

/** `2026-02-11T21:26:59.2199058Z`; like .NET, without trailing zeros. */
export function timeOf(ticks: Ticks): string {
  const since = ticks - EPOCH;
  const seconds = new Date(Number(since / MILLISECOND)).toISOString().slice(0, 19);
  const fraction = (since % 10_000_000n).toString().padStart(7, '0').replace(/0+$/, '');
  return fraction === '' ? `${seconds}Z` : `${seconds}.${fraction}Z`;
}

export function millisecondsOf(ticks: Ticks): number {
  return Number((ticks - EPOCH) / MILLISECOND);
}

/** Of an account: a strong ETag. */
export function strongEtag(ticks: Ticks): string {
  return `"0x${ticks.toString(16).toUpperCase()}"`;
}

/** Of a pool: a weak ETag. */
export function weakEtag(ticks: Ticks): string {
  return `W/${strongEtag(ticks)}`;
}

export function dateOf(ticks: Ticks): Date {
  return new Date(millisecondsOf(ticks));
}
