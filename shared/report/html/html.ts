import { capitalized, count } from '../../core/model/words.ts';
import type { Rule } from '../../core/policy/rule.ts';
import { DOCUMENTS, isDocument, type Source } from '../../core/policy/source.ts';
import type { Prediction } from '../prediction.ts';
import { mostSevereFirst, type ScanReport } from '../scan-report.ts';
import { columnsOf } from './finding-columns.ts';
import type { History } from './history.ts';
import page from './page.json' with { type: 'json' };
import type { PageData, RuleFacts } from './page-data.ts';
import { escaped, jsonInScript, timeInWords } from './page-text.ts';
import { predictionPassages } from './prediction-passages.ts';
import { sectionOf } from './section.ts';

export interface HtmlReport extends Pick<ScanReport, 'at' | 'findings' | 'exemptions' | 'errors'> {
  /** Where it is from, as in "Judged from files". */
  readonly about: string;
  /** How much was looked at, as in "6 accounts, 20 pools". */
  readonly read: string;
  readonly version: string;
  /** All that there are. */
  readonly rules: readonly Rule[];
  /** Of pools, by their ids. */
  readonly predictions: ReadonlyMap<string, Prediction>;
  /** Null where nothing is kept of earlier days. */
  readonly history: History | null;
}

/** The report as one page: it loads nothing, and runs no other script than its own. */
export function toHtml(report: HtmlReport): string {
  const { at, about, read, version } = report;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyOf()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<meta name="generator" content="Batch Warden ${escaped(version)}">
<title>Batch Warden: ${escaped(openInWords(report))}</title>
<link rel="icon" href="data:,">
<style>${page.style}</style>
</head>
<body>
<header>${SHIELD}<div><h1>${escaped(openInWords(report))}</h1>
<p>${escaped(`${about}, ${timeInWords(at)} · ${read}`)}</p></div></header>
<main>
<noscript><p class="card">The findings are in this file, and its script, which is off, shows them. It loads nothing from anywhere.</p></noscript>
<div id="tiles" role="group" aria-label="How findings stand"></div>
<div id="charts"></div>
<section id="findings" class="card" aria-label="Findings">
<div class="tools">
<div class="line"><h2>Findings</h2><span id="count" class="muted" role="status"></span></div>
<div class="line"><input id="search" type="search" autocomplete="off" spellcheck="false" aria-label="Search the findings" placeholder="Search: a pool, a rule, a setting">
<label class="ordering">Sort by <select id="order"></select></label></div>
<div id="chips" class="line"></div>
</div>
<table><thead id="head"></thead><tbody id="body"></tbody></table>
<p id="left" class="paper"></p>
<div id="pager"></div>
</section>
<div id="sections"></div>
</main>
<footer>
<p class="keys">Keys: <kbd>/</kbd> search, <kbd>↓</kbd> <kbd>↑</kbd> or <kbd>j</kbd> <kbd>k</kbd> from finding to finding, <kbd>Enter</kbd> open, <kbd>Esc</kbd> close. The address keeps what you see.</p>
<p>Batch Warden ${escaped(version)}. This file loads nothing, and sends nothing. It names your resources: share it with care.</p>
</footer>
<script type="application/json" id="data">${jsonInScript(dataOf(report))}</script>
<script type="module">${page.script}</script>
</body>
</html>
`;
}

function policyOf(): string {
  const { scriptHash, styleHash } = page;
  return [
    "default-src 'none'",
    `script-src '${scriptHash}'`,
    `style-src '${styleHash}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

const SHIELD =
  '<svg viewBox="0 0 32 32" aria-hidden="true"><path class="shield" d="M16 2 28 6v9c0 8-5 12.5-12 15C9 27.5 4 23 4 15V6z"/>' +
  '<path class="tick" d="m10.5 15.5 4 4 7.5-8"/></svg>';

function openInWords({ findings }: HtmlReport): string {
  const open = findings.filter(({ status }) => status === 'open').length;
  return open === 0 ? 'No open findings' : count(open, 'open finding');
}

function dataOf({ at, findings, rules, predictions, history, errors, exemptions }: HtmlReport): PageData {
  const there = mostSevereFirst(findings);
  const named = new Set(there.map(({ ruleId }) => ruleId));
  const resources = new Set(there.map(({ resourceId }) => resourceId));
  return {
    at: at.toISOString(),
    ...columnsOf(there, { at, isKept: history !== null }),
    rules: Object.fromEntries(rules.filter(({ id }) => named.has(id)).map((rule) => [rule.id, factsOf(rule)])),
    predictions: Object.fromEntries(
      [...predictions].flatMap(([id, prediction]) => {
        const passages = resources.has(id) ? predictionPassages(prediction) : [];
        return passages.length === 0 ? [] : [[id, passages] as const];
      }),
    ),
    trend: history?.trend ?? null,
    sections: [
      ...(history?.sections ?? []),
      ...sectionOf('Exemptions to see to', 'They end soon, are over, or match nothing.', exemptions, {
        Exemption: ({ message }) => capitalized(message),
      }),
      ...sectionOf('Not read', 'What could not be read was not judged.', errors, {
        Where: ({ source, path }) => [source, path].filter(Boolean).join(': '),
        Why: ({ message }) => message,
      }),
    ],
  };
}

function factsOf({ title, sources }: Rule): RuleFacts {
  return {
    title,
    isAboutNodes: sources.includes('managed-identity-behaviour'),
    sources: sources.map(sourceOf),
  };
}

function sourceOf(source: Source): RuleFacts['sources'][number] {
  return isDocument(source) ? DOCUMENTS[source] : { title: new URL(source).host, url: source };
}
