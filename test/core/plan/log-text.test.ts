import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { LogLine } from '../../../shared/core/plan/log-line.ts';
import { textOf } from '../../../shared/core/plan/log-text.ts';

const decidedBy = { version: '1.0.0', policy: 'built-in' };
const look = { event: 'look', account: '/accounts/a', correlationId: 'c', ...decidedBy, result: 'looked' } as const;

test('a line that fits stays as it is', () => {
  const line: LogLine = { ...look, problems: ['one pool could not be read'] };
  expect(textOf(line)).toBe(JSON.stringify(line));
});

test('of a long list the first are told, and how many there are more', () => {
  const problems = Array.from({ length: 500 }, (_, index) => `pool ${index} could not be read: ${'x'.repeat(100)}`);
  const line = LogLine.parse(JSON.parse(textOf({ ...look, problems })));
  expect(line).toMatchObject(look);
  expect('problems' in line && line.problems?.slice(19)).toEqual([problems[19], 'and 480 more']);
});

test('a finding with long texts fits, and its codes stay whole', () => {
  const long = 'x'.repeat(40_000);
  const { account, correlationId } = look;
  const texts = { resource: long, rule: long, finding: long, newsId: long, path: long, why: long, heldMessage: long };
  const facts = {
    at: '2026-11-22T12:00:00.000Z',
    severity: 'high',
    severityBefore: null,
    status: 'open',
    heldCode: 'other-change-first',
    unknownCode: null,
    exemption: null,
    closedCode: null,
  } as const;
  const told = textOf({ event: 'finding-opened', account, correlationId, ...texts, ...facts });
  expect(told.length).toBeLessThanOrEqual(32_768);
  expect(LogLine.parse(JSON.parse(told))).toMatchObject(facts);
});

test('whatever is in a line, it fits into a message, and is a line', () => {
  const long = fc.constantFrom('\u0000', '"', '\ud800', 'ß').map((one) => one.repeat(5000));
  const text = fc.oneof(
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 500, size: 'max' }).map((one) => one.repeat(10)) },
    { weight: 5, arbitrary: long }, // quickly made
  );
  const texts = fc.array(text, { maxLength: 60, size: 'max' });
  let shortened = 0;
  fc.assert(
    fc.property(text, texts, texts, (reason, rule, settings) => {
      const line: LogLine = {
        event: 'write',
        ...decidedBy,
        account: reason,
        correlationId: reason,
        resource: reason,
        rule,
        findings: rule,
        settings,
        drain: null,
        outcome: 'refused',
        message: reason,
        alsoMoved: settings,
      };
      const told = textOf(line);
      shortened += told === JSON.stringify(line) ? 0 : 1;
      expect(told.length).toBeLessThanOrEqual(32_768);
      expect(LogLine.parse(JSON.parse(told)).event).toBe('write');
    }),
    { numRuns: 15 },
  );
  console.log(`log lines: ${shortened} of 15 were shortened`);
  expect(shortened).toBeGreaterThan(10);
});
