import { type Descriptors, keysOf, type Setting } from './setting.ts';

/** Whether two values of a setting mean the same to Azure. */
export function sameSetting<Value>({ normal }: Setting<Value>, a: Value, b: Value): boolean {
  return JSON.stringify(normal(a)) === JSON.stringify(normal(b));
}

/** The settings of `wanted` that `actual` does not have, or has otherwise. */
export function missingSettings<Settings extends object>(
  descriptors: Descriptors<Settings>,
  wanted: Partial<Settings>,
  actual: Partial<Settings>,
): string[] {
  return keysOf(descriptors).filter((key) => {
    const [a, b] = [wanted[key], actual[key]];
    return a !== undefined && (b === undefined || !sameSetting<Settings[typeof key]>(descriptors[key], a, b));
  });
}
