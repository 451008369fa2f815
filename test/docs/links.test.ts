import { globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { Marked, type Token } from 'marked';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const PAGES = globSync(['**/*.md', '.github/*.md'], {
  cwd: ROOT,
  exclude: (path) => /(^|[\\/])(node_modules|package|contract)([\\/]|$)/.test(path),
}).toSorted();

interface Page {
  readonly links: readonly string[];
  /** What a link may name after `#`. */
  readonly anchors: ReadonlySet<string>;
}

/** What a page links to and can be linked by; what stands in code is neither. */
function parsed(text: string): Page {
  const links: string[] = [];
  const headings: string[] = [];
  const walkTokens = (token: Token) => {
    if (token.type === 'link' || token.type === 'image') links.push(String(token['href']));
    if (token.type === 'heading') headings.push(slug(String(token['text'])));
  };
  new Marked({ walkTokens }).parse(text, { async: false });
  return { links, anchors: new Set(numbered(headings)) };
}

/** As GitHub makes it: letters and digits of any language, `-` and `_` stay, a space becomes `-`. */
function slug(heading: string): string {
  const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
  return words.replace(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(' ', '-');
}

function numbered(slugs: readonly string[]): string[] {
  return slugs.map((one, index) => {
    const before = slugs.slice(0, index).filter((other) => other === one).length;
    return before === 0 ? one : `${one}-${before}`;
  });
}

/** Why a relative link of the page leads nowhere; null when it leads somewhere, or out of the project. */
function fault(page: string, link: string): string | null {
  if (/^[a-z]+:/i.test(link)) return null;
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : join(dirname(page), decodeURI(path));
  const file = statSync(join(ROOT, target), { throwIfNoEntry: false });
  if (!file || relative(ROOT, join(ROOT, target)).startsWith('..')) return `${page}: there is no ${target}`;
  if (anchor === undefined) return null;
  const { anchors } = parsed(readFileSync(join(ROOT, target), 'utf8'));
  return anchors.has(anchor) ? null : `${page}: ${target} has no heading #${anchor}`;
}

test('every relative link of every page leads to a file, and to a heading where it names one', () => {
  const links = PAGES.flatMap((page) =>
    parsed(readFileSync(join(ROOT, page), 'utf8')).links.map((link) => ({ page, link })),
  );
  const inside = links.filter(({ link }) => !/^[a-z]+:/i.test(link));
  const toHeadings = inside.filter(({ link }) => link.includes('#'));
  console.log(`links: ${inside.length} in ${PAGES.length} pages, ${toHeadings.length} of them to headings`);
  expect(inside.flatMap(({ page, link }) => fault(page, link) ?? [])).toEqual([]);
  expect(inside.length).toBeGreaterThan(100);
  expect(toHeadings.length).toBeGreaterThan(5);
});

test.each([
  ['docs/deploy.md', null],
  ['docs/deploy.md#is-it-working', null],
  ['docs/deploy.md#parameters-of-main', null],
  ['#see-it-work', null],
  ['docs/', null],
  ['https://example.com/nowhere', null],
  ['docs/deployment.md', 'README.md: there is no docs/deployment.md'],
  ['../elsewhere.md', 'README.md: there is no ../elsewhere.md'],
  ['docs/deploy.md#is-it-broken', 'README.md: docs/deploy.md has no heading #is-it-broken'],
  ['#nowhere', 'README.md: README.md has no heading #nowhere'],
])('a link of the README to %s: %s', (link, expected) => {
  expect(fault('README.md', link)).toBe(expected);
});

test('links are read from text, and not from code', () => {
  const text =
    '# A `b`: c\n\n[x](y.md) `[n](no.md)`\n\n```md\n[n](no.md)\n# No\n```\n\n| a |\n|---|\n| [z](z.md#q) |\n\n## A b c';
  const { links, anchors } = parsed(text);
  expect({ links, anchors: [...anchors] }).toEqual({ links: ['y.md', 'z.md#q'], anchors: ['a-b-c', 'a-b-c-1'] });
});
