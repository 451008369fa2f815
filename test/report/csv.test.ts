import fc from 'fast-check';
import { expect, test } from 'vitest';
import { manual } from '../../shared/core/model/change.ts';
import { toCsv } from '../../shared/report/csv.ts';
import { anyFinding } from '../support/cli/arbitrary-findings.ts';
import { cellsOf } from '../support/cli/csv.ts';
import { exempt, finding, report, unknown } from '../support/cli/findings.ts';
import { ACCOUNT_ID, POOL_ID } from '../support/snapshots.ts';

const HEADER =
  'id,rule,severity,status,resource,account,pool,path,observed,desired,why,unknownCode,fix,heldCode,heldMessage,exemptUntil,exemptOwner,exemptReason,baseline';

test('a header, then a line for each finding, the most severe first', () => {
  const low = finding({
    severity: 'low',
    fix: manual('In this order: (1) look; (2) leap.'),
    held: null,
    resourceId: POOL_ID,
  });
  const path = 'properties.allowedAuthenticationModes';
  expect(toCsv(report(low, unknown(), finding())).split('\r\n')).toEqual([
    HEADER,
    `0123456789abcdef,account-aad-only,high,open,${ACCOUNT_ID},acct1,,${path},"[""SharedKey""]","[""AAD""]",` +
      'It accepts SharedKey.,,set allowedAuthenticationModes to AAD,audit,audit mode,,,,',
    `0123456789abcdef,account-aad-only,high,unknown,${ACCOUNT_ID},acct1,,${path},,,its body is partial,not-shown,,,,,,,`,
    `0123456789abcdef,account-aad-only,low,open,${POOL_ID},acct1,pool1,${path},"[""SharedKey""]","[""AAD""]",` +
      'It accepts SharedKey.,,Needs you: In this order: (1) look; (2) leap.,,,,,,',
    '',
  ]);
});

test('of what is exempt it says by whose word', () => {
  expect(toCsv(report(exempt())).split('\r\n')[1]).toMatch(
    /,high,exempt,.*,audit,audit mode,2026-03-01T00:00:00\.000Z,Ada Example,the subnet moves,$/,
  );
});

test('without findings there is only the header', () => {
  expect(toCsv(report())).toBe(`${HEADER}\r\n`);
});

test.each([
  ['=HYPERLINK("x")', '\'=HYPERLINK("x")'],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "'=1"],
  ['\r\n=1', "'=1"],
  ['＝1', "'＝1"],
  ['a=1', 'a=1'],
  ['two\nlines, "quoted"', 'two lines, "quoted"'],
  ['\u001b[2Jcleared', '[2Jcleared'],
])('%j in a cell is %j', (why, cell) => {
  expect(cellsOf(toCsv(report(finding({ why }))))[1]?.[10]).toBe(cell);
});

test('observed and desired: texts as they are, all else as JSON, nothing as nothing', () => {
  const cells = (observed: unknown) => cellsOf(toCsv(report(finding({ observed }))))[1]?.[8];
  expect([null, undefined, 'a', '', true, 7, -7, { a: [1] }, []].map(cells)).toEqual([
    '',
    '',
    'a',
    '',
    'true',
    '7',
    "'-7",
    '{"a":[1]}',
    '[]',
  ]);
});

test('whatever the findings hold, each is one line of as many cells as the header, none a formula', () => {
  const csv = fc.array(anyFinding()).map((findings) => ({ findings, csv: toCsv(report(...findings)) }));
  fc.assert(
    fc.property(csv, ({ findings, csv }) => {
      const [, ...rows] = cellsOf(csv);
      expect(rows).toHaveLength(findings.length);
      expect(csv.split(/\r\n|\r|\n/)).toHaveLength(findings.length + 2);
      expect(rows.filter((row) => row.length !== HEADER.split(',').length)).toEqual([]);
      expect(rows.flat().filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
    }),
  );
});
