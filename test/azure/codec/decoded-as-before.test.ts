import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { AccountBody } from '../../../shared/azure/codec/account-body.ts';
import { decodeAccount } from '../../../shared/azure/codec/account-codec.ts';
import { isAccountBody, isPoolBody } from '../../../shared/azure/codec/body-checks.ts';
import { PoolBody } from '../../../shared/azure/codec/pool-body.ts';
import { decodePool } from '../../../shared/azure/codec/pool-codec.ts';
import { anyBody, faultyBodies } from '../../support/arbitrary-body.ts';
import { slowDecodeAccount, slowDecodePool } from '../../support/reference/decode.ts';
import { runs } from '../../support/runs.ts';

type Decode = (body: unknown, shows: 'all') => object;

/** What comes out, whichever way it does. */
function outcomeOf(decode: Decode, body: unknown): unknown {
  try {
    return decode(body, 'all');
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    return { issues: error.issues };
  }
}

const BODIES = [
  ['pool', PoolBody, decodePool, slowDecodePool, isPoolBody],
  ['account', AccountBody, decodeAccount, slowDecodeAccount, isAccountBody],
] as const;

test.each(BODIES)(
  'a body of a %s is decoded, or refused, as its schema alone does it',
  (what, schema, fast, slow, check) => {
    const count = { checked: 0, parsed: 0, refused: 0 };
    fc.assert(
      fc.property(anyBody(schema), (body) => {
        const before = outcomeOf(slow, body);
        expect(outcomeOf(fast, body)).toStrictEqual(before);
        count[
          check(body) ? 'checked' : typeof before === 'object' && before && 'issues' in before ? 'refused' : 'parsed'
        ]++;
      }),
      { numRuns: runs(10_000, 80) },
    );
    const { checked, parsed, refused } = count;
    console.log(`bodies of a ${what} compared: ${checked} checked, ${parsed} left to the schema, ${refused} refused`);
    expect(Math.min(checked, refused)).toBeGreaterThan(runs(10_000, 80) / 20);
    expect(parsed).toBeGreaterThan(0);
  },
);

test.each(BODIES)('each fault of a body of a %s is found', (what, schema, fast, slow, check) => {
  const [whole, ...bodies] = faultyBodies(schema);
  expect(check(whole)).toBe(true);
  for (const body of bodies) expect(outcomeOf(fast, body)).toStrictEqual(outcomeOf(slow, body));
  const refused = bodies.filter((body) => !check(body)).length;
  console.log(
    `bodies of a ${what}, each with one value that is another: ${bodies.length} compared, ${refused} not let by`,
  );
  expect(refused).toBeGreaterThan(bodies.length / 3);
});
