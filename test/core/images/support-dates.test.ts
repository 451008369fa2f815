import { expect, test } from 'vitest';
import { CHECKED, IMAGES, NODE_AGENTS } from '../../../shared/core/images/support-dates.ts';

const DAY = /^\d{4}-\d\d-\d\d$/;

test('every date is a day, and has a source; ids are in lower case, as they are looked up', () => {
  const entries = [...Object.values(NODE_AGENTS), ...IMAGES];
  console.log(
    `${Object.keys(NODE_AGENTS).length} node agents and ${IMAGES.length} groups of images, checked ${CHECKED}`,
  );
  expect(entries.length).toBeGreaterThan(15);
  const days = entries.flatMap(({ lastDay }) => lastDay ?? []);
  expect(days.map((day) => new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10))).toEqual(days);
  for (const { source } of entries) expect(source).toMatch(/^https:\/\//);
  expect(CHECKED).toMatch(DAY);
  const ids = [...Object.keys(NODE_AGENTS), ...IMAGES.flatMap(({ publisher, offer }) => [publisher, offer])];
  expect(ids.filter((id) => id !== id.toLowerCase())).toEqual([]);
});
