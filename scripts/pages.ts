import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BATCH_READS } from '../shared/azure/codec/permissions.ts';
import { ACCOUNT_SETTINGS } from '../shared/core/model/account-settings.ts';
import { FACETS } from '../shared/core/model/facet.ts';
import { POOL_SETTINGS } from '../shared/core/model/pool-settings.ts';
import { exemptionsJsonSchema } from '../shared/core/policy/exemptions-document.ts';
import { policyJsonSchema } from '../shared/core/policy/policy-document.ts';
import { facetsOf, type Rule } from '../shared/core/policy/rule.ts';
import { whatBreaks, whatFixNeeds } from '../shared/core/policy/rule-words.ts';
import { DOCUMENTS, type Source } from '../shared/core/policy/source.ts';
import { reportJsonSchema } from '../shared/report/report-schema.ts';
import { rules } from '../shared/rules/index.ts';
import { BODY_CHECKS, bodyChecksFile } from './body-checks.ts';
import { cliPage } from './cli-page.ts';
import { filled, markedPages } from './marks.ts';
import { roleFiles } from './roles.ts';

const ROOT = join(import.meta.dirname, '..');
const DOCS = join(ROOT, 'docs');
const FOLDER = join(DOCS, 'rules');

/** The JSON schema of the report of a scan. */
export const REPORT_SCHEMA = 'schema/report.schema.json';

/** The page of a rule with its heading and its facts as the rule has them; everything below is its author's. */
export function withFacts(rule: Rule, page: string): string {
  const body = page.slice(page.indexOf('\n## '));
  return `# ${rule.id}\n\n${rule.title}.\n\n${facts(rule)}${body}`;
}

function facts(rule: Rule): string {
  const { severity, defaultOff, scope, sources } = rule;
  const rows = [
    ['Severity', severity],
    ['Default', defaultOff ? 'off: it runs only where a policy names it' : 'on'],
    ['Scope', scope],
    ['Sources', listed(sources.map(link))],
    ['Reads', listed(reads(rule))],
    ['Sets', listed(paths(rule).map(code), 'nothing')],
    ['Needs', `${whatFixNeeds(rule)}${rule.sets.length > 0 ? '; you, where it is not safe to set' : ''}`],
    ['Can break', whatBreaks(rule)],
    ['To read', listed(readPermissions(rule).map(code))],
    ['To write', listed(rule.permissions.map(code), 'nothing')],
  ];
  return `| | |\n|---|---|\n${rows.map(([name, value]) => `| ${name} | ${value} |\n`).join('')}`;
}

function reads({ reads, needs }: Rule): string[] {
  const facets = Object.entries({
    '': needs?.verdict,
    ', for its fix': needs?.fix,
    ', to be more exact': needs?.exactness,
  });
  return [
    ...reads.map(code),
    ...facets.flatMap(([what, names = []]) => names.map((name) => FACETS[name].title + what)),
  ];
}

function readPermissions(rule: Rule): string[] {
  return [...BATCH_READS, ...facetsOf(rule).flatMap((name) => FACETS[name].permissions)];
}

function paths(rule: Rule): string[] {
  return rule.scope === 'pool'
    ? rule.sets.map((key) => POOL_SETTINGS[key].path)
    : rule.sets.map((key) => ACCOUNT_SETTINGS[key].path);
}

/** The page that lists all rules. */
export function indexPage(): string {
  const rows = rules.map((rule) => {
    const severity = `${rule.severity}${rule.defaultOff ? ', off by default' : ''}`;
    return `| [${rule.id}](${rule.id}.md) | ${severity} | ${rule.title} | ${whatFixNeeds(rule)} | ${whatBreaks(rule)} |\n`;
  });
  return `# Rules

${rules.length} rules. *Needs* is what the fix takes: rights to write alone, a pool without nodes as well, or you, where the
app has no fix. Where it is not safe to set, it is always you. *Can break* is who or what can be cut off where the app is let to write
([enforce](../policy.md)): read it, and the page of the rule, before.

| Rule | Severity | It holds when | Needs | Can break |
|---|---|---|---|---|
${rows.join('')}`;
}

/** The JSON schemas of a policy and of exemptions, for editors that check one without running anything. */
export function schemaFiles(): { readonly policy: string; readonly exemptions: string } {
  return { policy: jsonOf(policyJsonSchema(rules)), exemptions: jsonOf(exemptionsJsonSchema(rules)) };
}

export function jsonOf(schema: object): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}

function link(source: Source): string {
  const document = source in DOCUMENTS ? DOCUMENTS[source as keyof typeof DOCUMENTS] : null; // in it
  return document === null ? `<${source}>` : `[${document.title}](${document.url})`;
}

function code(text: string): string {
  return `\`${text}\``;
}

function listed(items: readonly string[], none = ''): string {
  return items.length === 0 ? none : [...new Set(items)].join(', ');
}

/** Writes what follows from the rules, wherever it stands. Nothing is written when a part of it is at fault. */
export async function writePages(): Promise<void> {
  const pages = rules.map((rule) => {
    const path = join(FOLDER, `${rule.id}.md`);
    return { path, text: withFacts(rule, readFileSync(path, 'utf8')) };
  });
  const marked = await Promise.all(
    markedPages().map(async (page) => ({ path: join(ROOT, page.path), text: await filled(page) })),
  );
  const files = [
    ...pages,
    { path: join(FOLDER, 'README.md'), text: indexPage() },
    ...Object.entries(schemaFiles()).map(([of, text]) => ({ path: join(DOCS, `${of}.schema.json`), text })),
    ...roleFiles(rules),
    { path: join(ROOT, REPORT_SCHEMA), text: jsonOf(reportJsonSchema()) },
    { path: join(ROOT, BODY_CHECKS), text: bodyChecksFile() },
    { path: join(DOCS, 'cli.md'), text: await cliPage() },
    ...marked,
  ];
  for (const { path, text } of files) writeFileSync(path, text);
  process.stdout.write(
    `Wrote ${files.length} files: the pages of ${rules.length} rules, their index, the schemas of a policy, of exemptions and of a report, the roles, the checks of bodies, the commands, ` +
      `and ${marked.length} pages with marks.\n`,
  );
}

if (import.meta.main) await writePages();
