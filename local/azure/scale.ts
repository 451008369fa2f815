import { invalidPropertyValue } from './errors.ts';
import type { Json } from './json.ts';
import { isObject, number, part, text } from './json.ts';
import type { Size } from './stored.ts';

/** What the scale settings ask for. */
type ScaleCondition =
  | { readonly kind: 'fixed'; readonly dedicated: number; readonly lowPriority: number; readonly timeout: string }
  | {
      readonly kind: 'autoscale';
      /** Milliseconds between evaluations. */
      readonly interval: number;
      /** Null when the formula is more than constants. */
      readonly target: Size | null;
      readonly deallocation: string;
    };

export function conditionOfScale(pool: Json): ScaleCondition {
  const settings = part(pool, 'properties', 'scaleSettings');
  const autoScale = settings['autoScale'];
  if (isObject(autoScale)) {
    const interval = durationOf(text(autoScale['evaluationInterval'])) ?? 15 * 60_000;
    const lines = linesOf(text(autoScale['formula']));
    return { kind: 'autoscale', interval, target: targetOf(lines), deallocation: deallocationOf(lines) };
  }
  const fixed = part(settings, 'fixedScale');
  return {
    kind: 'fixed',
    dedicated: number(fixed['targetDedicatedNodes']),
    lowPriority: number(fixed['targetLowPriorityNodes']),
    timeout: text(fixed['resizeTimeout']),
  };
}

/** The scale settings as the service keeps them: its defaults filled in, the deallocation option left out. */
export function normaliseScale(settings: Json): Json {
  const { autoScale, fixedScale } = settings;
  if (isObject(autoScale) === isObject(fixedScale))
    throw invalidPropertyValue('scaleSettings', settings, 'Exactly one of fixedScale and autoScale must be given.');
  if (isObject(autoScale)) {
    const evaluationInterval = duration(autoScale['evaluationInterval'], 'evaluationInterval', 'PT15M');
    return { ...settings, autoScale: { ...autoScale, evaluationInterval } };
  }
  const { nodeDeallocationOption: _, ...fixed } = part(settings, 'fixedScale');
  return {
    ...settings,
    fixedScale: {
      ...fixed,
      targetDedicatedNodes: number(fixed['targetDedicatedNodes']),
      targetLowPriorityNodes: number(fixed['targetLowPriorityNodes']),
      resizeTimeout: duration(fixed['resizeTimeout'], 'resizeTimeout', 'PT15M'),
    },
  };
}

/** Its bounds: https://learn.microsoft.com/javascript/api/@azure-rest/batch/batchpoolenableautoscaleoptions */
function duration(given: unknown, name: string, fallback: string): string {
  if (given === undefined || given === null) return fallback;
  const milliseconds = durationOf(text(given));
  if (milliseconds === null || milliseconds < 5 * 60_000 || milliseconds > 168 * 3_600_000)
    throw invalidPropertyValue(name, given, 'The value must be between 5 minutes and 168 hours.');
  return normaliseDuration(text(given));
}

/** `PT06M00S` becomes `PT6M`. */
function normaliseDuration(given: string): string {
  const milliseconds = durationOf(given);
  if (milliseconds === null) return given;
  const seconds = Math.round(milliseconds / 1000);
  const units = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
    seconds % 60,
  ];
  const [days, hours, minutes, rest] = units.map((n, i) => (n === 0 ? '' : `${n}${'DHMS'[i]}`));
  const time = `${hours}${minutes}${rest}`;
  return `P${days}${time === '' && days !== '' ? '' : `T${time === '' ? '0S' : time}`}`;
}

/** Milliseconds; null when it is no duration of days and time. */
export function durationOf(given: string): number | null {
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?$/.exec(given);
  if (match === null) return null;
  const [days, hours, minutes, seconds] = match.slice(1).map((n) => Number(n ?? 0));
  return (((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60_000 + (seconds ?? 0) * 1000;
}

const TARGET = /^\$Target(Dedicated|LowPriority)(?:Nodes)?\s*=\s*(\d+)$/i;
const DEALLOCATION = /^\$NodeDeallocationOption\s*=\s*(\w+)$/i;
const OPTIONS = ['Requeue', 'Terminate', 'TaskCompletion', 'RetainedData'];

function linesOf(formula: string): string[] {
  const lines = formula.split(/[;\n]/).map((line) => line.trim());
  return lines.filter((line) => line !== '' && !line.startsWith('//'));
}

function targetOf(lines: readonly string[]): Size | null {
  const target = { dedicated: 0, lowPriority: 0 };
  for (const line of lines.filter((line) => !DEALLOCATION.test(line))) {
    const [, kind, nodes] = TARGET.exec(line) ?? [];
    if (kind === undefined) return null;
    target[/^d/i.test(kind) ? 'dedicated' : 'lowPriority'] = Number(nodes);
  }
  return target;
}

function deallocationOf(lines: readonly string[]): string {
  const chosen = lines
    .map((line) => DEALLOCATION.exec(line)?.[1]?.toLowerCase())
    .findLast((name) => name !== undefined);
  return OPTIONS.find((name) => name.toLowerCase() === chosen) ?? 'Requeue';
}
