import fc from 'fast-check';
import { manual, type SetAccount } from '../../../shared/core/model/change.ts';
import { UNKNOWN_CODES } from '../../../shared/core/model/reading.ts';
import { type Finding, NO_ATTEMPTS } from '../../../shared/core/plan/finding.ts';
import { HELD_CODES } from '../../../shared/core/plan/held.ts';
import { SEVERITIES } from '../../../shared/core/policy/rule.ts';
import { rules } from '../../../shared/rules/index.ts';
import { ACCOUNT_ID, POOL_ID } from '../snapshots.ts';
import { NOW } from './findings.ts';

/** Any text, lone surrogates and control characters among it, and what means something in some format. */
export function anyText(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom(...'{}[]()"\'=+-@,;:/\\%#?&<>\t\r\n \u001b\ud800'.split('')) }),
  );
}

const fix: fc.Arbitrary<Finding['fix']> = fc.oneof(
  anyText().map(manual),
  fc.array(anyText()).map((authenticationModes): SetAccount => {
    return { kind: 'set-account', id: ACCOUNT_ID, set: { authenticationModes } };
  }),
);

/** A year in a policy has four digits. */
const YEAR_0 = new Date('0000-01-01T00:00:00Z');
const YEAR_9999 = new Date('9999-12-31T23:59:59Z');

/** A finding, open, exempt or unknown, of a rule that there is or of none. */
export function anyFinding(): fc.Arbitrary<Finding> {
  const nothing = fc.constant(null);
  const common = {
    closedCode: nothing,
    exemption: nothing,
    id: fc.stringMatching(/^[0-9a-f]{16}$/),
    ruleId: fc.oneof(fc.constantFrom(...rules.map(({ id }) => id)), anyText()),
    resourceId: fc.oneof(
      fc.constantFrom(ACCOUNT_ID, POOL_ID),
      anyText().map((name) => `${ACCOUNT_ID}/pools/${name}`),
      anyText(),
    ),
    path: anyText(),
    severity: fc.constantFrom(...SEVERITIES),
    why: anyText(),
    firstSeen: fc.constant(NOW),
    lastSeen: fc.constant(NOW),
    changeId: nothing,
    attempts: fc.constant(NO_ATTEMPTS),
  };
  const there = {
    ...common,
    status: fc.constant('open' as const),
    unknownCode: nothing,
    observed: fc.option(fc.oneof(fc.jsonValue(), anyText()), { nil: undefined }),
    desired: fc.jsonValue(),
    fix,
    held: fc.option(fc.record({ code: fc.constantFrom(...HELD_CODES), message: anyText(), until: nothing })),
  };
  return fc.oneof(
    fc.record(there),
    fc.record({
      ...there,
      status: fc.constant('exempt' as const),
      exemption: fc.record({
        owner: anyText(),
        reason: anyText(),
        until: fc.date({ noInvalidDate: true, min: YEAR_0, max: YEAR_9999 }),
      }),
    }),
    fc.record({
      ...common,
      status: fc.constant('unknown' as const),
      unknownCode: fc.constantFrom(...UNKNOWN_CODES),
      observed: nothing,
      desired: nothing,
      fix: nothing,
      held: nothing,
    }),
  );
}
