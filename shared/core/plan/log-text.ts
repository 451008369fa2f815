import { redactedIn } from '../plain-secrets/redacted.ts';
import type { LogLine } from './log-line.ts';

const TROUBLE: readonly LogLine['event'][] = [
  'drain-not-begun',
  'breaker-opened',
  'limits-unread',
  'poison',
  'exemption',
  'policy-invalid',
  'time-ahead',
  'publish-failed',
  'bad-rows',
];

/** What somebody should see: it is logged as a warning. */
export function isTrouble(line: LogLine): boolean {
  if (line.event === 'write') return line.outcome !== 'applied';
  if (line.event === 'doctor') return line.fail > 0;
  return TROUBLE.includes(line.event);
}

/**
 * Characters of a message that Application Insights keeps: of a longer one it cuts the end, and what is left is no JSON.
 * https://learn.microsoft.com/azure/azure-monitor/app/data-model-trace-telemetry
 */
const LONGEST = 32_768;
const MOST_ITEMS = 20;

/** The line as it is logged, redacted. What is too long is shortened within, so that the rest can still be read. */
export function textOf(logged: LogLine): string {
  const line = redactedIn(logged);
  let text = JSON.stringify(line);
  for (const most of [1000, 200, 20]) {
    if (text.length <= LONGEST) break;
    text = JSON.stringify(line, (_key, value: unknown) => shortened(value, most));
  }
  return text;
}

function shortened(value: unknown, most: number): unknown {
  if (typeof value === 'string' && value.length > most) return `${value.slice(0, most)}…`;
  if (!Array.isArray(value) || value.length <= MOST_ITEMS) return value;
  return [...value.slice(0, MOST_ITEMS), `and ${value.length - MOST_ITEMS} more`];
}
