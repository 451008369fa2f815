import { accountOf, idKey } from '../../core/model/resource-id.ts';
import type { Finding } from '../../core/plan/finding.ts';
import type { JournalEntry } from '../../core/plan/journal.ts';
import { lengthOf } from '../ago.ts';
import { shortName } from '../short-name.ts';
import type { AccountState, DrainState } from '../status-report.ts';
import type { Section, Trend } from './page-data.ts';
import { timeInWords } from './page-text.ts';
import { sectionOf } from './section.ts';
import { trendOf } from './trend.ts';

/** What the page tells of earlier days. */
export interface History {
  readonly trend: Trend;
  readonly sections: readonly Section[];
}

/** What the app keeps. */
export interface Kept {
  readonly at: Date;
  /** The closed ones too. */
  readonly findings: readonly Finding[];
  readonly accounts: readonly AccountState[];
  /** Those that are open. */
  readonly drains: readonly DrainState[];
  /** The newest last. */
  readonly writes: readonly JournalEntry[];
}

export function historyOf({ at, findings, accounts, drains, writes }: Kept): History {
  return {
    trend: trendOf(findings, at),
    sections: [
      ...timeToFix(findings),
      ...exemptions(findings),
      ...openDrains(drains),
      ...endedDrains(drains, writes),
      ...latestWrites(writes),
      ...looks(accounts, findings),
    ],
  };
}

function timeToFix(findings: readonly Finding[]): Section[] {
  const fixed = Map.groupBy(
    findings.filter(({ closedCode }) => closedCode === 'compliant'),
    ({ ruleId }) => ruleId,
  );
  const rules = [...fixed].map(([rule, those]) => {
    const times = those
      .map(({ firstSeen, lastSeen }) => lastSeen.getTime() - firstSeen.getTime())
      .toSorted((a, b) => a - b);
    const byUs = those.filter(({ attempts }) => attempts.accepted.length > 0).length;
    return {
      rule,
      fixed: those.length,
      byUs,
      median: times[Math.floor((times.length - 1) / 2)] ?? 0,
      longest: times.at(-1) ?? 0,
    };
  });
  return sectionOf(
    'Time to fix',
    'From first seen to seen mended, of the last 30 days.',
    rules.toSorted((a, b) => b.fixed - a.fixed),
    {
      Rule: ({ rule }) => rule,
      Fixed: ({ fixed }) => String(fixed),
      'After a write of Batch Warden': ({ byUs }) => String(byUs),
      'Half within': ({ median }) => lengthOf(median),
      'All within': ({ longest }) => lengthOf(longest),
    },
  );
}

function exemptions(findings: readonly Finding[]): Section[] {
  const exempt = findings.flatMap(({ ruleId, resourceId, exemption }) =>
    exemption === null ? [] : [{ ruleId, resourceId, ...exemption }],
  );
  const soonest = exempt.toSorted((a, b) => a.until.getTime() - b.until.getTime());
  return sectionOf(
    'Exemptions',
    'Found, and left as it is by somebody’s word; the one that ends first, first.',
    soonest,
    {
      Until: ({ until }) => timeInWords(until),
      Resource: ({ resourceId }) => shortName(resourceId),
      Rule: ({ ruleId }) => ruleId,
      Owner: ({ owner }) => owner,
      Reason: ({ reason }) => reason,
    },
  );
}

function openDrains(drains: readonly DrainState[]): Section[] {
  return sectionOf(
    'Drains under way',
    'Pools that are at zero nodes, or on the way there, so that they can be changed.',
    drains,
    {
      Pool: ({ poolId }) => shortName(poolId),
      Begun: ({ begunAt }) => timeInWords(begunAt),
      'Size given back at the latest': ({ deadline }) => timeInWords(deadline),
      'Last step': ({ lastWrite }) => (lastWrite === null ? 'not known' : `${lastWrite.step}: ${lastWrite.outcome}`),
    },
  );
}

/** Of those that are not open: what the journal has of them. */
function endedDrains(open: readonly DrainState[], writes: readonly JournalEntry[]): Section[] {
  const isOpen = new Set(open.map(({ id }) => id));
  const steps = Map.groupBy(
    writes.filter(({ drain }) => drain !== null && !isOpen.has(drain.id)),
    ({ drain }) => drain?.id ?? '',
  );
  const ended = [...steps.values()].flatMap((those) => {
    const [first, last] = [those[0], those.at(-1)];
    return first === undefined || last === undefined ? [] : [{ first, last, those }];
  });
  return sectionOf(
    'Drains that ended',
    'As the journal of the last 30 days has them; the latest first.',
    ended.toReversed(),
    {
      Pool: ({ first }) => shortName(first.resourceId),
      Begun: ({ first }) => timeInWords(first.at),
      Took: ({ first, last }) => lengthOf((last.outcome?.at ?? last.at).getTime() - first.at.getTime()),
      Steps: ({ those }) =>
        those.map(({ drain, outcome }) => `${drain?.step ?? ''} (${outcome?.kind ?? 'not known'})`).join(', '),
    },
  );
}

function latestWrites(writes: readonly JournalEntry[]): Section[] {
  return sectionOf('What Batch Warden wrote', 'In the last 30 days; the latest first.', writes.toReversed(), {
    When: ({ at }) => timeInWords(at),
    Resource: ({ resourceId }) => shortName(resourceId),
    Why: ({ why, rules }) => why || rules.join(', '),
    'What became of it': ({ outcome }) =>
      outcome === null ? 'not known' : [outcome.kind, outcome.message ?? ''].filter(Boolean).join(': '),
    Entry: ({ id }) => id,
  });
}

function looks(accounts: readonly AccountState[], findings: readonly Finding[]): Section[] {
  const open = Map.groupBy(
    findings.filter(({ status }) => status === 'open'),
    ({ resourceId }) => idKey(accountOf(resourceId)?.text ?? resourceId),
  );
  const countOf = ({ account }: AccountState) => open.get(idKey(account))?.length ?? 0;
  return sectionOf(
    'Accounts',
    'When each was last read.',
    accounts.toSorted((a, b) => countOf(b) - countOf(a)),
    {
      Account: ({ account }) => shortName(account),
      'Last look': ({ lookedFrom }) => (lookedFrom === null ? 'none yet' : timeInWords(lookedFrom)),
      'Open findings': (state) => String(countOf(state)),
      'Cannot be read': ({ failedSince, goneSince }) =>
        goneSince === null ? Object.keys(failedSince).join(', ') : `gone since ${timeInWords(goneSince)}`,
    },
  );
}
