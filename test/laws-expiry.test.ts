import { Readable } from 'node:stream';
import { RestError } from '@azure/core-rest-pipeline';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { decodeFindings, encodeFinding } from '../shared/azure/state/finding-rows.ts';
import { policyBlob, type ReadPolicy } from '../shared/azure/state/policy-blob.ts';
import type { Storage } from '../shared/azure/state/storage.ts';
import { after, DAY, HOUR } from '../shared/core/model/time.ts';
import { asOf } from '../shared/core/plan/exempted.ts';
import { exemptionNotes } from '../shared/core/plan/exemption-notes.ts';
import type { Finding } from '../shared/core/plan/finding.ts';
import { NO_MEMORY } from '../shared/core/plan/memory.ts';
import { plan } from '../shared/core/plan/plan.ts';
import { evaluate } from '../shared/core/policy/evaluate.ts';
import { rules } from '../shared/rules/index.ts';
import { keyedAccount } from './support/cli/bodies.ts';
import { file, inProcess, reportOf } from './support/cli/harness.ts';
import { runs } from './support/runs.ts';
import { ACCOUNT_ID, anAccount, snapshotOf } from './support/snapshots.ts';

const RUNS = runs(2000);
const RULE = 'account-aad-only';
const POLICY = `mode: off\nrules: { ${RULE}: enforce }`;
const never = new AbortController().signal;
const input = await file('expiring.json', keyedAccount());
const snapshot = snapshotOf({ account: anAccount({ authenticationModes: ['SharedKey', 'AAD'] }) });

/** A container of blobs that never change. */
function holding(texts: Readonly<Record<string, string>>): Storage['config'] {
  const getBlobClient = (name: string) => ({
    async download(_offset: number, _count: undefined, { conditions }: { conditions: { ifNoneMatch?: string } }) {
      if (conditions.ifNoneMatch !== undefined) throw new RestError('not modified', { statusCode: 304 });
      return { etag: '"1"', readableStreamBody: Readable.from([Buffer.from(texts[name] ?? '')]) };
    },
  });
  // As much of a container as is asked of it.
  return async () => ({ getBlobClient }) as unknown as Awaited<ReturnType<Storage['config']>>;
}

/** What is said of an exemption at an instant. */
type Said = 'exempt' | 'exempt, ends soon' | 'open, it is over' | 'invalid';

/** As the law has it, in milliseconds. */
function lawful(untilEnd: number): Said {
  if (untilEnd > 30 * DAY) return 'exempt';
  if (untilEnd > 0) return 'exempt, ends soon';
  return untilEnd >= -30 * DAY ? 'open, it is over' : 'invalid';
}

function inWords(status: string | undefined, codes: readonly string[]): string {
  if (status === 'exempt') return codes.includes('ends-soon') ? 'exempt, ends soon' : 'exempt';
  return `${status}${codes.includes('over') ? ', it is over' : ''}`;
}

/** What the functions do, and what they leave in a row. */
async function ofFunctions(readPolicy: ReadPolicy, now: Date) {
  const policy = await readPolicy(never, now);
  const { findings, writes } = plan({
    snapshot,
    verdicts: evaluate(snapshot, policy, now),
    memory: NO_MEMORY,
    policy,
    now,
    // No listing of keys holds it back.
    receivedSince: { known: after(now, -60 * DAY) },
  });
  if ('invalid' in policy) return { said: 'invalid', writes: writes.length, findings, notes: () => [] };
  const notes = (shown: readonly Finding[], at: Date) =>
    exemptionNotes(policy.exemptions, shown, at).map(({ code }) => code);
  return { said: inWords(findings[0]?.status, notes(findings, now)), writes: writes.length, findings, notes };
}

type Look = Awaited<ReturnType<typeof ofFunctions>>;

/** What is told later of what a look left in rows, as it stands then; null where it left nothing exempt. */
function ofReport({ said, findings, notes }: Look, now: Date): string | null {
  if (!said.startsWith('exempt')) return null;
  const rows = findings.map((finding) => encodeFinding('partition', finding, now));
  const shown = decodeFindings(rows, now).map((finding) => asOf(finding, now));
  return inWords(shown[0]?.status, notes(shown, now));
}

async function ofCommandLine(text: string, now: Date): Promise<string> {
  vi.setSystemTime(now);
  const ended = await inProcess(['scan', '-i', input, '-x', '-', '--rule', RULE, '--format', 'json'], text);
  if (ended.code === 2)
    return /^standard input:\d+:\d+: exemptions\.0\.expires: it ended /.test(ended.err) ? 'invalid' : ended.err;
  const { findings, exemptions } = reportOf(ended);
  const failed = findings[0]?.status === 'exempt' ? 0 : 1;
  if (ended.code !== failed) return `exit code ${ended.code}`;
  return inWords(
    findings[0]?.status,
    exemptions.map(({ code }) => code),
  );
}

/** Around the instants at which something changes, and anywhere. */
const anyOffset = fc.oneof(
  fc
    .tuple(fc.constantFrom(-30 * DAY, 0, 30 * DAY), fc.constantFrom(-1, 0, 1, -HOUR, HOUR))
    .map(([edge, beside]) => edge + beside),
  fc.integer({ min: -90 * DAY, max: 90 * DAY }),
);

const anyUntil = fc.date({ min: new Date('2026-01-01'), max: new Date('2036-01-01'), noInvalidDate: true });
const anyEnd = fc.oneof(
  anyUntil.map((day) => {
    const date = day.toISOString().slice(0, 10);
    return { written: date, until: after(new Date(date), DAY) };
  }),
  anyUntil.map((until) => ({ written: `'${until.toISOString()}'`, until })),
);

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

test('at every instant functions, command line and reports say the same of an exemption', async () => {
  const seen = new Map<Said, number>();
  await fc.assert(
    fc.asyncProperty(
      anyEnd,
      fc.array(anyOffset, { minLength: 1, maxLength: 2 }),
      async ({ written, until }, offsets) => {
        const text = `exemptions:\n  - { rule: ${RULE}, resource: '${ACCOUNT_ID}', owner: Ada, reason: it moves, expires: ${written} }\n`;
        // One instance, which keeps what it read.
        const readPolicy = policyBlob(holding({ 'policy.yaml': POLICY, 'exemptions.yaml': text }), rules);
        let last: Look | null = null;
        for (const offset of offsets) {
          const now = after(until, offset);
          const said = lawful(-offset);
          seen.set(said, (seen.get(said) ?? 0) + 1);
          const functions = await ofFunctions(readPolicy, now);
          expect(functions.said).toBe(said);
          expect(functions.writes).toBe(said === 'open, it is over' ? 1 : 0);
          expect(await ofCommandLine(text, now)).toBe(said);
          const reported = last === null || said === 'invalid' ? said : ofReport(last, now);
          expect(reported ?? said).toBe(said);
          last = functions;
        }
      },
    ),
    { numRuns: RUNS },
  );
  console.log(`exemptions: ${RUNS} of them, ${JSON.stringify(Object.fromEntries(seen))}`);
  expect(seen.size).toBe(4);
});
