import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AccountSettings } from '../../../shared/core/model/account-settings.ts';
import { simulate } from '../../../shared/core/model/change.ts';
import type { Snapshot } from '../../../shared/core/model/snapshot.ts';
import { after, DAY, HOUR, MINUTE } from '../../../shared/core/model/time.ts';
import { type Approval, type ApprovalEnd, approvalFor, endedApprovals } from '../../../shared/core/plan/approvals.ts';
import { attemptsAfterWrite } from '../../../shared/core/plan/attempts.ts';
import { type Finding, NO_ATTEMPTS } from '../../../shared/core/plan/finding.ts';
import { NO_MEMORY } from '../../../shared/core/plan/memory.ts';
import { type Plan, plan } from '../../../shared/core/plan/plan.ts';
import type { Write } from '../../../shared/core/plan/write.ts';
import { evaluate } from '../../../shared/core/policy/evaluate.ts';
import { parsePolicy } from '../../../shared/core/policy/parse-policy.ts';
import { rules } from '../../../shared/rules/index.ts';
import { finding } from '../../support/cli/findings.ts';
import { runs } from '../../support/runs.ts';
import { anAccount, snapshotOf } from '../../support/snapshots.ts';

const now = new Date('2026-11-28T12:00:00Z');
const ID = 'c0ffee00c0ffee00';
const RUNS = runs(1000, 4);
const given: Approval = { id: 'one', changeId: ID, who: 'Ada', at: now, until: after(now, DAY), isSpent: false };

describe('an approval', () => {
  test.each<[string, string, Date, Date | null, boolean]>([
    ['holds from the moment it was given', ID, now, null, true],
    ['holds for no other change', 'c0ffee00c0ffee01', now, null, false],
    ['does not hold before', ID, after(now, -1), null, false],
    ['holds until its end', ID, after(now, DAY - 1), null, true],
    ['does not hold at its end', ID, after(now, DAY), null, false],
    ['holds for as long as a drain lasts that began in time', ID, after(now, 2 * DAY), after(now, HOUR), true],
    ['does not hold for a drain that began before', ID, after(now, 2 * DAY), after(now, -HOUR), false],
    ['does not hold for a drain that began too late', ID, after(now, 2 * DAY), after(now, DAY), false],
  ])('%s', (_, changeId, at, begunAt, holds) => {
    expect(approvalFor({ changeId, attempts: NO_ATTEMPTS }, [given], begunAt && { begunAt }, at)).toEqual(
      holds ? given : null,
    );
  });

  const open = finding({ id: 'f', status: 'open', changeId: ID });
  const closed = { ...open, status: 'closed', changeId: null } as const;
  test.each<[string, Finding[], Finding[], ApprovalEnd['how'] | null]>([
    ['stays while its change is asked for', [open], [open], null],
    ['stays while it is asked for by another finding', [open], [finding({ id: 'g', changeId: ID })], null],
    ['is used once it is written', [open], [{ ...open, attempts: { accepted: [now], refused: null } }], 'used'],
    [
      'stays where the write was before it',
      [open],
      [{ ...open, attempts: { accepted: [after(now, -1)], refused: null } }],
      null,
    ],
    ['is used once its change is seen', [open], [{ ...closed, closedCode: 'compliant' }], 'used'],
    ['is void once the rule is off', [open], [{ ...closed, closedCode: 'rule-off' }], 'void'],
    ['is void once another change is asked for', [open], [{ ...open, changeId: 'c0ffee00c0ffee01' }], 'void'],
    ['is void where nobody asks for it', [], [], 'void'],
  ])('%s', (_, before, seen, how) => {
    const ends = endedApprovals([given], before, seen);
    expect(ends).toEqual(how === null ? [] : [{ approval: given, how }]);
  });
});

const policy = parsePolicy('mode: "off"\nrules: { account-aad-only: approve }\nkeyUse: { graceDays: 0 }', rules);

type Modes = AccountSettings['authenticationModes'];
const snapshotWith = (modes: Modes) => snapshotOf({ account: anAccount({ authenticationModes: modes }) });

function look(snapshot: Snapshot, findings: readonly Finding[], approvals: readonly Approval[], at: Date): Plan {
  const memory = { ...NO_MEMORY, findings, approvals };
  return plan({ snapshot, verdicts: evaluate(snapshot, policy, at), memory, policy, now: at });
}

test('an approval of which the journal has a write is used, whatever the findings keep', () => {
  const spent = { ...given, isSpent: true };
  const asking = { changeId: ID, attempts: NO_ATTEMPTS };
  expect(approvalFor(asking, [spent], null, now)).toBeNull();
  const open = finding({ changeId: ID });
  expect(endedApprovals([spent], [open], [open])).toEqual([{ approval: spent, how: 'used' }]);
});

describe('in mode approve', () => {
  const [asked] = look(snapshotWith(['SharedKey', 'AAD']), [], [], now).findings;
  const changeId = asked?.changeId ?? '';
  const approval = { ...given, changeId };

  test('a change waits for its approval, and is written with it', () => {
    expect(asked?.held).toMatchObject({
      code: 'needs-approval',
      message: `waits for the approval of change ${changeId}`,
    });
    const { writes } = look(snapshotWith(['SharedKey', 'AAD']), [], [approval], now);
    expect(writes).toMatchObject([{ change: { set: { authenticationModes: ['AAD'] } } }]);
  });

  test('what was approved from other values needs another approval', () => {
    const { writes, findings, endedApprovals: ends } = look(snapshotWith(null), [], [approval], now);
    expect(writes).toEqual([]);
    expect(findings).toMatchObject([{ held: { code: 'needs-approval' } }]);
    expect(ends).toEqual([{ approval, how: 'void' }]);
  });

  const modes = fc.constantFrom<Modes>(null, ['SharedKey', 'AAD'], ['AAD', 'SharedKey'], ['SharedKey'], ['AAD']);
  const hours = fc.integer({ min: 1, max: 30 });
  const event = fc.oneof(
    fc.record({ kind: fc.constant('set' as const), modes }),
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('approve' as const), hours }) },
    fc.record({ kind: fc.constant('wait' as const), hours }),
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('look' as const),
        outcome: fc.constantFrom('applied' as const, 'lost' as const, 'failed' as const, 'cut' as const),
      }),
    },
  );

  test('law: whatever happens, each write has an approval of its own for exactly that', () => {
    let written = 0;
    fc.assert(
      fc.property(modes, fc.array(event, { maxLength: 30, size: 'max' }), (start, events) => {
        let snapshot = snapshotWith(start);
        let at = now;
        let findings: readonly Finding[] = [];
        let approvals: readonly Approval[] = [];
        /** What a person approved, as he saw it; and for which of them a write took effect. */
        const approved = new Map<string, { readonly from: Modes; readonly until: Date }>();
        const spent = new Set<string>();
        const spend = (from: Modes) => {
          for (const [id, one] of approved) if (isSame(one.from, from)) spent.add(id);
        };
        /** Before a write of which no answer came: its approval is used once it is seen. */
        let lost: { readonly from: Modes } | null = null;
        for (const each of events) {
          at = after(at, MINUTE);
          if (each.kind === 'wait') at = after(at, each.hours * HOUR);
          if (each.kind === 'set') snapshot = snapshotWith(each.modes);
          if (each.kind === 'approve') {
            const wanted = findings.find((one) => one.changeId !== null);
            if (wanted?.changeId == null) continue;
            const one = {
              id: `${approved.size}`,
              changeId: wanted.changeId,
              who: 'Ada',
              at,
              until: after(at, each.hours * HOUR),
              isSpent: false,
            };
            approvals = [...approvals, one];
            approved.set(one.id, { from: seenModes.get(wanted.changeId) ?? null, until: one.until });
          }
          if (each.kind !== 'look') continue;
          const planned = look(snapshot, findings, approvals, at);
          const ended = new Set(planned.endedApprovals.map(({ approval: { id } }) => id));
          approvals = approvals.filter(({ id }) => !ended.has(id));
          findings = planned.findings;
          const from = modesOf(snapshot);
          if (lost !== null && !isSame(lost.from, from)) spend(lost.from);
          lost = null;
          for (const { changeId: id } of findings) if (id !== null) seenModes.set(id, from);
          if (each.outcome === 'cut') continue;
          for (const write of planned.writes) {
            const fitting = [...approved].find(
              ([id, one]) => !spent.has(id) && one.until > at && isSame(one.from, from),
            );
            expect(fitting, `written from ${String(from)}`).toBeDefined();
            written += 1;
            if (each.outcome !== 'failed') snapshot = simulate(snapshot, write.change);
            if (each.outcome === 'applied') spend(from);
            if (each.outcome === 'lost') lost = { from };
            if (each.outcome !== 'lost') findings = recorded(findings, write, each.outcome, at);
          }
        }
      }),
      { numRuns: RUNS },
    );
    console.log(`approvals: ${written} writes in ${RUNS} histories`);
    expect(written).toBeGreaterThan(RUNS / 20);
  });

  /** From what each change leads away. */
  const seenModes = new Map<string, Modes>();
});

function isSame(one: Modes, other: Modes): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function modesOf({ account }: Snapshot): Modes {
  return 'known' in account ? account.known.settings.authenticationModes : null;
}

function recorded(findings: readonly Finding[], write: Write, kind: 'applied' | 'failed', at: Date): Finding[] {
  const outcome = kind === 'applied' ? { kind, alsoMoved: [] } : { kind, message: 'it broke' };
  const ids = new Set(write.findings.map(({ id }) => id));
  return findings.map((one) =>
    ids.has(one.id) ? { ...one, attempts: attemptsAfterWrite(write, one.attempts, outcome, at) } : one,
  );
}
