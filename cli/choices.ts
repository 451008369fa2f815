import { InvalidArgumentError, Option } from 'commander';
import { didYouMean } from './nearest.ts';

/** An option that takes one of `names`, in any case. */
export function oneOf(flags: string, description: string, names: readonly string[]): Option {
  return new Option(flags, description).choices(names).argParser((text) => {
    const [first = '', ...others] = inList(text);
    if (others.length > 0) throw new InvalidArgumentError(`Give one, not several. ${allowed(names)}`);
    return named(first, names);
  });
}

/** An option that takes some of `names`, in any case, parted by commas or blanks, or repeated. */
export function someOf(flags: string, description: string, names: readonly string[]): Option {
  return new Option(flags, description)
    .choices(names)
    .argParser((text, before: readonly string[] | undefined) => [
      ...(before ?? []),
      ...inList(text).map((one) => named(one, names)),
    ]);
}

/** An option that takes rules as `someOf` does. Whether there are such rules is known where they are chosen. */
export function rulesOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text, before: readonly string[] | undefined) => [
    ...(before ?? []),
    ...inList(text),
  ]);
}

/** The parts between commas; one that is empty where nothing else is there. */
function inList(text: string): readonly string[] {
  const parts = text.split(',').map((part) => part.trim().toLowerCase());
  const filled = parts.filter(Boolean);
  return filled.length === 0 ? [''] : filled;
}

function named(text: string, names: readonly string[]): string {
  if (names.includes(text)) return text;
  throw new InvalidArgumentError(`${didYouMean(text, names)}${allowed(names)}`);
}

function allowed(names: readonly string[]): string {
  return `Allowed choices are ${names.join(', ')}.`;
}
