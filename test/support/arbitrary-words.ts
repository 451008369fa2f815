import * as fc from 'fast-check';

/** ARM compares ids and words without case. */
export function inAnyCase(text: string): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant(text) },
    fc.constantFrom(text.toLowerCase(), text.toUpperCase(), text.replace('resourceGroups', 'resourcegroups')),
  );
}

export function words(...texts: readonly string[]): fc.Arbitrary<string> {
  return fc.constantFrom(...texts).chain(inAnyCase);
}

/** One of the words, or absent. */
export function wordsOrNull(...texts: readonly string[]): fc.Arbitrary<string | null> {
  return fc.oneof({ weight: 4, arbitrary: words(...texts) }, fc.constant(null));
}
