import * as fc from 'fast-check';
import { parsePolicy } from '../../shared/core/policy/parse-policy.ts';
import type { Policy } from '../../shared/core/policy/policy.ts';
import { rules } from '../../shared/rules/index.ts';
import { anyOptions } from './arbitrary-options.ts';

const anyNewPolicy: fc.Arbitrary<Policy> = fc.tuple(...rules.map(anyOptions)).map((options) => {
  const entries = rules.map(({ id }, index) => [id, { mode: 'enforce', options: options[index] }]);
  const document = { mode: 'enforce', keyUse: { graceDays: 0 }, rules: Object.fromEntries(entries) };
  return parsePolicy(JSON.stringify(document), rules);
});

/** A policy that enforces every rule, each with any of its options. In the gate one of 50: to make one takes longer than a look. */
export const anyPolicy: fc.Arbitrary<Policy> = process.env['THOROUGH']
  ? anyNewPolicy
  : fc.constantFrom(...fc.sample(anyNewPolicy, { numRuns: 50, seed: 8 }));
