import { describe, expect, test } from 'vitest';
import { type Run, type Told, tally, type Write } from '../../bench/chaos/tally.ts';

const write = (body: string, status: number | null = 200): Write => ({ resource: '/a', body, status });
const told = (event: Told['event'], at: number): Told => ({ finding: 'f', event, newsId: `f-${at}` });
const OPENED = told('finding-opened', 1);
const CLOSED = told('finding-closed', 2);
const REOPENED = told('finding-opened', 3);
const CLOSED_AGAIN = told('finding-closed', 4);

const GOOD: Run = {
  settings: new Map([['/a', 'AAD']]),
  findings: new Map([['f', 'closed']]),
  writes: [write('AAD')],
  told: [OPENED, CLOSED],
};
const run = (other: Partial<Run>) => tally({ ...GOOD, ...other }, GOOD);
const NOTHING_WRONG = { repairs: 1, lost: [], double: [], toldTwice: 0, notTold: [] };

test('a run like the undisturbed one has nothing to say', () => {
  expect(run({})).toEqual(NOTHING_WRONG);
});

describe('lost', () => {
  test.each<[string, Partial<Run>, string[]]>([
    ['a repair that is missing', { settings: new Map([['/a', 'SharedKey']]) }, ['/a']],
    ['a resource that is gone', { settings: new Map() }, ['/a']],
    ['a finding that is still open', { findings: new Map([['f', 'open']]), told: [OPENED] }, ['f']],
    ['a finding that is missing', { findings: new Map() }, ['f']],
    ['a finding too many', { findings: new Map(GOOD.findings).set('g', 'unknown') }, ['g']],
    ['not one that came and ended by the disturbance', { findings: new Map(GOOD.findings).set('g', 'closed') }, []],
  ])('%s', (_, other, lost) => {
    expect(run(other).lost).toEqual(lost);
  });
});

describe('double', () => {
  test.each<[string, readonly Write[], number]>([
    ['a change that Azure made twice', [write('AAD'), write('AAD')], 1],
    ['not one that was refused before', [write('AAD', 429), write('AAD')], 0],
    ['not one of which nobody knew whether it was made', [write('AAD', null), write('AAD')], 0],
    ['not another change of the same resource', [write('AAD'), write('NAT')], 0],
  ])('%s', (_, writes, double) => {
    expect(run({ writes }).double).toHaveLength(double);
  });
});

test('repairs are changes, however often they were asked for', () => {
  expect(run({ writes: [write('AAD', 500), write('AAD', null), write('AAD'), write('NAT')] }).repairs).toBe(2);
});

describe('told', () => {
  test.each<[string, readonly Told[], Pick<ReturnType<typeof tally>, 'toldTwice' | 'notTold'>]>([
    ['an opening twice', [OPENED, OPENED, CLOSED], { toldTwice: 1, notTold: [] }],
    ['an end twice', [OPENED, CLOSED, CLOSED], { toldTwice: 1, notTold: [] }],
    ['opened again after its end', [OPENED, CLOSED, REOPENED, CLOSED_AGAIN], { toldTwice: 0, notTold: [] }],
    ['unknown, then open', [told('finding-opened', 0), OPENED, CLOSED], { toldTwice: 0, notTold: [] }],
    ['no end', [OPENED], { toldTwice: 0, notTold: ['f'] }],
    ['no opening', [CLOSED], { toldTwice: 0, notTold: ['f'] }],
    ['nothing', [], { toldTwice: 0, notTold: ['f'] }],
  ])('%s', (_, lines, expected) => {
    expect(run({ told: lines })).toMatchObject(expected);
  });
});
