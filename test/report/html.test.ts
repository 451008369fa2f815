import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { reportPage } from '../../scripts/report-page.ts';
import { toHtml } from '../../shared/report/html/html.ts';
import type { PageData } from '../../shared/report/html/page-data.ts';
import type { ScanReport } from '../../shared/report/scan-report.ts';
import { rules } from '../../shared/rules/index.ts';
import { anyFinding, anyText } from '../support/cli/arbitrary-findings.ts';
import { finding, report } from '../support/cli/findings.ts';

const html = (scan: ScanReport) =>
  toHtml({
    ...scan,
    about: 'Judged',
    read: '3 accounts',
    version: '1.2.3',
    rules,
    predictions: new Map(),
    history: null,
  });
const SCRIPTS = /<script[^>]*>([^]*?)<\/script>/g;

function dataOf(page: string): PageData {
  return JSON.parse([...page.matchAll(SCRIPTS)][0]?.[1] ?? '');
}

test('the script and the style in page.json are those of the folder page (npm run report-page)', async () => {
  const kept = readFileSync(join(import.meta.dirname, '../../shared/report/html/page.json'), 'utf8');
  expect(kept).toBe(await reportPage());
});

test('only its own script and style may run, and nothing may be loaded', () => {
  const page = html(report(finding()));
  const hash = (text = '') => `sha256-${createHash('sha256').update(text).digest('base64')}`;
  const [, script] = [...page.matchAll(SCRIPTS)].map(([, text]) => text);
  const [, style] = /<style>([^]*?)<\/style>/.exec(page) ?? [];
  const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
  expect(policy).toBe(
    `default-src 'none'; script-src '${hash(script)}'; style-src '${hash(style)}'; img-src data:; base-uri 'none'; form-action 'none'`,
  );
  expect(page).not.toMatch(/\son\w+=|\sstyle=|(?:src|href)="(?!data:)/);
  expect(script).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b/);
});

test('whatever findings hold, the page has the same elements, and gives each text back', () => {
  const shape = (page: string) => page.replaceAll(/<!--[^]*?-->/g, '').match(/<\/?[a-z!][^>]*>/gi)?.length;
  const plain = shape(html(report(finding())));
  fc.assert(
    fc.property(fc.array(anyFinding(), { minLength: 1, maxLength: 5 }), anyText(), (findings, text) => {
      const errors = [{ source: text, path: text, message: text }];
      const page = html({ ...report(...findings), errors });
      expect(shape(page)).toBe(plain);
      const { texts, columns, sections } = dataOf(page);
      expect(columns.why).toHaveLength(findings.length);
      expect(new Set(columns.why.map((place) => texts[place]))).toEqual(new Set(findings.map(({ why }) => clean(why))));
      expect(sections.flatMap(({ rows }) => rows.flat())).toContain(clean(text));
    }),
  );
});

/** Written here anew: what shows nothing, or turns the direction, is no text. */
function clean(text: string): string {
  const isHidden = (code: number) =>
    (code < 32 && code !== 9 && code !== 10) ||
    (code >= 127 && code < 160) ||
    [0x61c, 0x200e, 0x200f, 0xfeff].includes(code) ||
    (code & 0xfffe) === 0xfffe ||
    (code >= 0xfdd0 && code <= 0xfdef) ||
    (code >= 0x202a && code <= 0x202e) ||
    (code >= 0x2066 && code <= 0x2069);
  return Array.from(text.toWellFormed(), (one) => (isHidden(one.codePointAt(0) ?? 0) ? '\ufffd' : one)).join('');
}
