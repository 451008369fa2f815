import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { estate } from '../../local/estate/estate.ts';
import { CHROMIUM, startChromium } from '../../scripts/chromium.ts';
import { manual } from '../../shared/core/model/change.ts';
import { after, DAY } from '../../shared/core/model/time.ts';
import type { Finding } from '../../shared/core/plan/finding.ts';
import { held } from '../../shared/core/plan/held.ts';
import { SEVERITIES } from '../../shared/core/policy/rule.ts';
import { historyOf } from '../../shared/report/html/history.ts';
import { toHtml } from '../../shared/report/html/html.ts';
import { rules } from '../../shared/rules/index.ts';
import { openFile } from '../support/browser/chromium.ts';
import { exempt, finding, NOTE, NOW, report, unknown } from '../support/cli/findings.ts';
import { file, inProcess } from '../support/cli/harness.ts';
import { ACCOUNT_ID, poolId } from '../support/snapshots.ts';

if (CHROMIUM === null)
  console.log(
    'report-page: skipped, since there is no Chromium. Debian has it: apt-get install chromium-headless-shell',
  );

const page = (findings: readonly Finding[], more: object = {}) =>
  toHtml({
    ...report(...findings),
    about: 'Judged',
    read: '3 accounts',
    version: '1.2.3',
    rules,
    predictions: new Map(),
    history: null,
    ...more,
  });

/** Two findings were open, and one is fixed. */
const HISTORY = historyOf({
  at: NOW,
  findings: [
    finding({ firstSeen: after(NOW, -9 * DAY) }),
    finding({ status: 'closed', closedCode: 'compliant' }),
    exempt(),
  ],
  accounts: [{ account: ACCOUNT_ID, lookedFrom: NOW, wakeAt: null, goneSince: null, failedSince: {} }],
  drains: [],
  writes: [],
});

/** What would run, load or show something, were it taken for markup. */
const HOSTILE = [
  '<img src="https://evil.example/i.png" onerror="window.pwned=1">',
  '</script><script>window.pwned=2</script>',
  '<!--<script>window.pwned=3',
  '"><svg onload=window.pwned=4>',
  "' autofocus onfocus=window.pwned=5 x='",
  'javascript:window.pwned=6',
  '<a href="javascript:window.pwned=7" id="data">x</a>',
  '<style>@import "https://evil.example/s.css";</style>',
  '{{constructor.constructor("window.pwned=8")()}}',
  '\u2028\u2029\ud800\u202eevil\u0000\u001b[31m',
  '__proto__',
];

function hostile(): Finding[] {
  return HOSTILE.flatMap((text, n) => {
    const names = { id: text, ruleId: text, path: text, why: text, observed: { [text]: text }, desired: [text] };
    const resourceId = n % 2 === 0 ? poolId(text) : text;
    return [
      finding({ ...names, resourceId, fix: manual(`(1) ${text} (2) ${text}`), held: held('refused', text) }),
      exempt({ ...names, id: `${text}2`, exemption: { owner: text, reason: text, until: after(NOW, DAY) } }),
      unknown({ ...names, id: `${text}3` }),
    ];
  });
}

function many(n: number): Finding[] {
  return Array.from({ length: n }, (_, i) => {
    const ruleId = rules[i % rules.length]?.id ?? '';
    const account = ACCOUNT_ID.replace('acct1', `account${i % 1800}`);
    const severity = SEVERITIES[i % SEVERITIES.length] ?? 'info';
    const id = i.toString(16).padStart(16, '0');
    const why = `Pool number${i} lets in the whole internet, for example 203.0.113.${i % 256}, by no rule: everyone gets in.`;
    return finding({ id, ruleId, severity, why, resourceId: `${account}/pools/pool${i}` });
  });
}

/** At once, as many clicks of a person do. */
const OPEN_ALL = "for (const why of document.querySelectorAll('.why')) why.click()";

describe.skipIf(CHROMIUM === null)('the HTML report in Chromium', () => {
  let browser: Browser;
  let checks = 0;
  let scan: string;

  beforeAll(async () => {
    browser = await startChromium(CHROMIUM ?? '');
    const { accounts, pools } = estate();
    const { out } = await inProcess([
      'scan',
      '--format',
      'html',
      '--input',
      await file('estate.json', [...accounts, ...pools]),
    ]);
    scan = await file('estate.html', out);
  });
  afterAll(async () => {
    await browser.close();
    console.log(`report-page: ${checks} checks of axe`);
  });

  const rows = (page: Page) => page.locator('tr.finding');
  const shownOf = async (page: Page) => (await page.locator('#count').textContent())?.split(' of ')[0];

  /** @param only the rules to ask; all where none is named */
  async function faults(page: Page, only: readonly string[]): Promise<string[]> {
    const options = only.length === 0 ? {} : { runOnly: only };
    const { violations, passes } = await page.evaluate<axe.AxeResults>(`axe.run(${JSON.stringify(options)})`);
    checks += passes.length + violations.length;
    const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    return grave.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  }

  test('filters, searches, sorts, and opens by the keyboard alone', async () => {
    const { page, misdeeds } = await openFile(browser, scan);
    const open = await shownOf(page);
    expect(await page.locator('h1').textContent()).toBe(`${open} open findings`);
    await page.locator('#charts [data-facet=rule][data-value=pool-remote-access]').click();
    expect(await page.locator('td.rule .id').allTextContents()).toEqual(
      Array.from({ length: 6 }, () => 'pool-remote-access'),
    );
    expect(page.url()).toContain('rule=pool-remote-access');
    await page.keyboard.press('/');
    await page.keyboard.type('LINUX everyone');
    await expect.poll(() => rows(page).count()).toBe(1);
    const isReached = async () => (await page.locator('.why:focus').count()) > 0;
    for (let n = 0; n < 20 && !(await isReached()); n++) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    const detail = page.locator('.about .detail');
    for (const text of [
      'Observed',
      'published by default',
      'Desired',
      'nobody gets in',
      'Fix',
      '/pools/linux-open-ssh',
      'What awaits the nodes',
    ])
      expect(await detail.textContent()).toContain(text);
    await page.keyboard.press('Escape');
    expect(await detail.count()).toBe(0);
    await page.locator('[data-clear]').click();
    const resources = page.locator('th.name button');
    await resources.click();
    await resources.click();
    const names = await page.locator('td.name > span:first-child').allTextContents();
    expect(names.length).toBe(50);
    expect(names[0]?.localeCompare(names.at(-1) ?? '')).toBe(1);
    expect(await page.locator('th.name').getAttribute('aria-sort')).toBe('descending');
    await rows(page).first().click();
    const address = page.url();
    const again = await openFile(browser, address.replace('file://', ''));
    expect(await again.page.locator('.about .detail').count()).toBe(1);
    expect([...misdeeds, ...again.misdeeds]).toEqual([]);
    await Promise.all([page.close(), again.page.close()]);
  });

  test('axe finds no serious fault, wide and narrow, light and dark', async () => {
    const findings = [finding(), exempt({ id: 'b', severity: 'critical' }), unknown({ id: 'c', severity: 'low' })];
    const others = (['medium', 'info'] as const).map((severity) =>
      finding({ id: severity, severity, fix: manual('(1) a (2) b') }),
    );
    const path = await file('axe.html', page([...findings, ...others], { exemptions: [NOTE], history: HISTORY }));
    const { page: opened, misdeeds } = await openFile(browser, path);
    await opened.locator('[data-clear]').click();
    await opened.evaluate(OPEN_ALL);
    await opened.evaluate(axe.source);
    expect(await faults(opened, [])).toEqual([]);
    for (const [colorScheme, width] of [
      ['dark', 1280],
      ['dark', 400],
      ['light', 400],
    ] as const) {
      await opened.emulateMedia({ colorScheme });
      await opened.setViewportSize({ width, height: 900 });
      // The rest is the same in every light.
      expect(await faults(opened, ['color-contrast'])).toEqual([]);
      expect(await opened.evaluate('document.documentElement.scrollWidth')).toBe(width);
    }
    expect(misdeeds).toEqual([]);
    await opened.close();
  });

  test('what hostile bodies say is text, whatever it looks like', async () => {
    const errors = HOSTILE.map((text) => ({ source: text, path: text, message: text }));
    const exemptions = HOSTILE.map((text) => ({ ...NOTE, message: text }));
    const path = await file('hostile.html', page(hostile(), { errors, exemptions, version: HOSTILE[0] }));
    const { page: opened, misdeeds } = await openFile(browser, path);
    await opened.locator('[data-clear]').click();
    await opened.evaluate(OPEN_ALL);
    expect(await opened.locator('.about .detail').count()).toBe(HOSTILE.length * 3);
    expect(await opened.locator('.why').allTextContents()).toContain(HOSTILE[0]);
    expect(await opened.evaluate("'pwned' in window")).toBe(false);
    const foreign =
      'img, iframe, object, [onload], [onerror], [onfocus], a:not([href^="https://learn.microsoft.com/"]), script ~ script ~ script';
    expect(await opened.locator(foreign).count()).toBe(0);
    expect(misdeeds).toEqual([]);
    await opened.close();
  });

  test('20,000 findings stay usable: the page has few rows, and a search finds one', async () => {
    const html = page(many(20_000));
    const { page: opened, misdeeds } = await openFile(browser, await file('many.html', html));
    expect(await opened.evaluate("document.querySelectorAll('*').length")).toBeLessThan(1500);
    expect(await rows(opened).count()).toBe(50);
    const before = performance.now();
    await opened.locator('#search').fill('number19999');
    await expect.poll(() => rows(opened).count()).toBe(1);
    const searched = performance.now() - before;
    await opened.locator('#search').fill('');
    await opened.locator('#charts [data-facet=severity][data-value=critical]').click();
    expect(await shownOf(opened)).toBe('4,000');
    await opened.locator('#charts [data-facet=severity][data-value=critical]').press('Enter');
    await opened.locator('[data-step="1"]').click();
    expect(await opened.locator('#pager span').textContent()).toBe('51 to 100 of 20,000');
    await opened.evaluate("dispatchEvent(new Event('beforeprint'))");
    expect(await opened.locator('.about .detail').count()).toBe(300);
    expect(await opened.locator('#left').textContent()).toBe(
      '19,700 more findings not printed: print again with a filter.',
    );
    await opened.evaluate("dispatchEvent(new Event('afterprint'))");
    expect(await rows(opened).count()).toBe(50);
    const megabytes = (html.length / 1e6).toFixed(1);
    console.log(`report-page: 20,000 findings, ${megabytes} MB; a search took ${Math.round(searched)} ms`);
    expect(misdeeds).toEqual([]);
    await opened.close();
  });
});
