import type { TransactionAction } from '@azure/data-tables';
import { expect, test } from 'vitest';
import { submitAll } from '../../../shared/azure/state/submit.ts';
import { limitedTable } from '../../support/limited-table.ts';

const never = new AbortController().signal;

function upserts(many: number, text: string): TransactionAction[] {
  return Array.from({ length: many }, (_, n) => ['upsert', { partitionKey: 'p', rowKey: `f${n}`, text }, 'Replace']);
}

test.each([
  [250, 'x', 3],
  [150, 'x'.repeat(32_000), 2],
  [150, 'é'.repeat(32_000), 4],
  [100, '\u0001'.repeat(32_000), 7],
])('1: %i rows are cut into transactions that the table takes at once', async (many, text, transactions) => {
  const table = limitedTable();
  expect(await submitAll(table, upserts(many, text), never)).toEqual([]);
  expect(table).toMatchObject({ transactions, refused: 0 });
  expect(table.rows.size).toBe(many);
});

test('1: rows that the table refuses are told, and stop no other', async () => {
  const bad = ['f0', 'f57', 'f99', 'f130'];
  const table = limitedTable((row) => !('rowKey' in row && bad.includes(String(row.rowKey))));
  const refused = await submitAll(table, upserts(150, 'x'), never);
  expect(refused.map(([, { rowKey }]) => rowKey)).toEqual(bad);
  expect(table.rows.size).toBe(146);
});

test('any other failure ends it', async () => {
  const submitTransaction = () => Promise.reject(new Error('no answer'));
  await expect(submitAll({ submitTransaction }, upserts(2, 'x'), never)).rejects.toThrow('no answer');
});
