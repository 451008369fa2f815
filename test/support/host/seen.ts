import type { InvocationContext } from '@azure/functions';

interface Call {
  input: unknown;
  context: InvocationContext;
}

/** What the fixture functions were called with, in order. */
export const calls: Call[] = [];
export const hooked: string[] = [];
/** How many calls of a function ran at once, at most. */
export const mostAtOnce = new Map<string, number>();
const running = new Map<string, number>();

export async function record(input: unknown, context: InvocationContext): Promise<void> {
  const { functionName: name } = context;
  const now = (running.get(name) ?? 0) + 1;
  running.set(name, now);
  mostAtOnce.set(name, Math.max(mostAtOnce.get(name) ?? 0, now));
  calls.push({ input, context });
  context.log('saw', name);
  await new Promise((resolve) => {
    setTimeout(resolve, has(input, 'wait') ? Number(input.wait) : 0);
  });
  running.set(name, (running.get(name) ?? 0) - 1);
  if (has(input, 'fail') && context.triggerMetadata?.['dequeueCount'] !== input.fail) throw new Error('as told');
}

export function has<Key extends string>(value: unknown, key: Key): value is Record<Key, unknown> {
  return typeof value === 'object' && value !== null && key in value;
}
