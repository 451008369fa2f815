import type { BundledPackage } from './bundled-packages.ts';

/** What the licences of the packages ask for: the name of each, and the text of its licence. */
export function thirdPartyNotices(packages: readonly BundledPackage[]): string {
  const head = `Batch Warden has code of ${packages.length} packages. Each is under the licence that stands below its name.\n`;
  const parts = packages.map(({ name, version, license, texts }) =>
    [`${name} ${version} (${license})`, ...texts.map(withPlainLines)].join('\n\n'),
  );
  return [head, ...parts].join(`\n${'-'.repeat(80)}\n\n`);
}

function withPlainLines(text: string): string {
  return `${text.replaceAll(/[ \t]*\r?\n/g, '\n').trim()}\n`;
}
