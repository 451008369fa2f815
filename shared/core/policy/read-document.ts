import type { Fault } from './faults-of.ts';
import { placesIn } from './places.ts';
import { PolicyError } from './policy-error.ts';
import { type FileWords, readYaml } from './policy-yaml.ts';

/**
 * What a YAML text says, as plain data in which `faultsIn` found nothing.
 * @throws PolicyError, which names line and column of each fault
 */
export function readDocument(text: string, faultsIn: (value: unknown) => readonly Fault[], words?: FileWords): unknown {
  const yaml = readYaml(text, words);
  if ('faults' in yaml)
    throw errorOf(
      text,
      yaml.faults.map(({ offset, message }) => ({ offset, message: () => message })),
    );
  const { value, root } = yaml;
  const faults = faultsIn(value);
  if (faults.length === 0) return value;
  const placeOf = placesIn(root);
  const place = ({ path, key, message }: Fault) => ({
    offset: placeOf(key === undefined ? path : [...path, key]),
    message: () => `${path.length === 0 ? '' : `${path.join('.')}: `}${message()}`,
  });
  throw errorOf(text, faults.map(place));
}

interface Placed {
  readonly offset: number;
  readonly message: () => string;
}

/** In the order in which they stand in the text. */
function errorOf(text: string, faults: readonly Placed[]): PolicyError {
  const inOrder = faults.toSorted((a, b) => a.offset - b.offset);
  return new PolicyError(inOrder.length, (index) => ({
    ...lineAndColumn(text, inOrder[index]?.offset ?? 0),
    message: inOrder[index]?.message() ?? '',
  }));
}

/** Both count from 1. */
function lineAndColumn(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}
