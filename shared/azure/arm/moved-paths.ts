import { isDeepStrictEqual } from 'node:util';

type Json = Readonly<Record<string, unknown>>;

/**
 * The paths of what `before` has and `after` has not, or has otherwise, and of settings that are new in `after`.
 * Fields that the service fills in below a setting are not counted.
 * @param ignored paths, with all below them, that are meant to move or move by themselves
 */
export function movedPaths(before: unknown, after: unknown, ignored: readonly string[]): string[] {
  return moved(before, after, '', ignored);
}

function moved(before: unknown, after: unknown, path: string, ignored: readonly string[]): string[] {
  if (ignored.includes(path) || isDeepStrictEqual(before, after)) return [];
  // A parent that came into being with what was meant.
  if (before === undefined && ignored.some((meant) => meant.startsWith(`${path}.`))) return [];
  if (!isObject(before) || !isObject(after)) return [path];
  const isSettings = path === '' || path === 'properties';
  const keys = new Set([...Object.keys(before), ...(isSettings ? Object.keys(after) : [])]);
  return [...keys].flatMap((key) => moved(before[key], after[key], path === '' ? key : `${path}.${key}`, ignored));
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
