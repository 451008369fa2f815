import { accountOf, idKey } from '../core/model/resource-id.ts';
import type { Finding } from '../core/plan/finding.ts';
import { exemptInWords } from '../core/policy/exemption-words.ts';
import { isNew } from './baseline.ts';
import { fixOnOneLine } from './fix-words.ts';
import { onOneLine } from './harmless.ts';
import { mostSevereFirst, type ReportError, type ScanReport } from './scan-report.ts';
import { shortName } from './short-name.ts';

/** What a rule had nothing to say of. */
export interface Compliant {
  readonly ruleId: string;
  readonly resourceId: string;
}

interface Case {
  readonly resourceId: string;
  readonly ruleId: string;
  /** None where it complies. */
  readonly findings: readonly Finding[];
}

type Result = 'passed' | 'failures' | 'errors' | 'skipped';

/** An element, and how its case ended. */
interface Made {
  readonly result: Result;
  readonly xml: string;
}

/**
 * A scan as JUnit XML, as pipelines publish test results. A suite is an account, a case one rule of one resource: it fails where a
 * finding is open, is skipped where all of them are unknown, exempt or known from the baseline, and passes where there is none. What could not be read is an
 * error, in a suite of its own.
 */
export function toJunit({ findings, errors, at, baseline }: ScanReport, compliant: readonly Compliant[]): string {
  const cases = casesOf(mostSevereFirst(findings), compliant);
  const byAccount = Map.groupBy(cases, ({ resourceId }) => idKey(accountOf(resourceId)?.text ?? resourceId));
  const suites = [...byAccount.values()].map((ofAccount) => {
    const id = accountOf(ofAccount[0]?.resourceId ?? '')?.text ?? '';
    return suite(
      shortName(id),
      id,
      ofAccount.map((one) => caseXml(one, isNew(baseline))),
      at,
    );
  });
  const unread = errors.length === 0 ? [] : [suite('could not be read', '', errors.map(errorXml), at)];
  const all = [...suites, ...unread];
  const totals = all.flatMap(({ made }) => made);
  const attributes = [attribute('name', 'Batch Warden'), ...counts(totals), attribute('timestamp', at.toISOString())];
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${attributes.join('')}>\n${all.map(({ xml }) => xml).join('')}</testsuites>\n`;
}

function casesOf(findings: readonly Finding[], compliant: readonly Compliant[]): Case[] {
  const key = ({ resourceId, ruleId }: Compliant) => `${idKey(resourceId)}\n${ruleId}`;
  const found = Map.groupBy(findings, key);
  return [
    ...[...found.values()].flatMap((group) =>
      group[0] === undefined ? [] : [{ ...placeOf(group[0]), findings: group }],
    ),
    ...compliant.map((one) => ({ ...placeOf(one), findings: [] })),
  ];
}

function placeOf({ resourceId, ruleId }: Compliant): Compliant {
  return { resourceId, ruleId };
}

function suite(name: string, id: string, made: readonly Made[], at: Date) {
  const attributes = [
    attribute('name', name),
    ...counts(made),
    attribute('timestamp', at.toISOString().slice(0, 19)),
    attribute('time', '0'),
  ];
  const properties =
    id === '' ? '' : `    <properties><property name="resource"${attribute('value', id)}/></properties>\n`;
  const xml = `  <testsuite${attributes.join('')}>\n${properties}${made.map((one) => one.xml).join('')}  </testsuite>\n`;
  return { made, xml };
}

function counts(made: readonly Made[]): string[] {
  const numbers = (['failures', 'errors', 'skipped'] as const).map((result) =>
    attribute(result, String(made.filter((one) => one.result === result).length)),
  );
  return [attribute('tests', String(made.length)), ...numbers];
}

function caseXml({ resourceId, ruleId, findings }: Case, isNewOne: (finding: Finding) => boolean): Made {
  const open = findings.filter((finding) => finding.status === 'open' && isNewOne(finding));
  const [first] = open.length > 0 ? open : findings;
  const inner = (): Made => {
    if (first === undefined) return { result: 'passed', xml: '' };
    if (open.length > 0) {
      const more = open.length > 1 ? ` (and ${open.length - 1} more)` : '';
      const text = open.flatMap(inLines).map(escaped).join('\n');
      const attributes = `${attribute('type', first.severity)}${attribute('message', `${first.why}${more}`)}`;
      return { result: 'failures', xml: `<failure${attributes}>${text}</failure>` };
    }
    return { result: 'skipped', xml: `<skipped${attribute('message', whySkipped(first, isNewOne(first)))}/>` };
  };
  const { result, xml } = inner();
  return { result, xml: testcase(shortName(resourceId), ruleId, xml) };
}

/** Each line begins with our own words. */
function inLines({ path, why, fix, resourceId }: Finding): string[] {
  return [
    `Wrong: ${onOneLine(why)}`,
    `Where: ${onOneLine(path === '' ? resourceId : `${resourceId}#${path}`)}`,
    ...(fix === null ? [] : [`Fix: ${onOneLine(fixOnOneLine(fix))}`]),
  ];
}

function whySkipped({ status, why, exemption }: Finding, isNewOne: boolean): string {
  if (status === 'open' && !isNewOne) return `Known from the baseline: ${why}`;
  return exemption === null ? `Not known: ${why}` : `${exemptInWords(exemption)}; ${why}`;
}

function errorXml({ source, path, message }: ReportError): Made {
  const name = [source, path].filter(Boolean).join(': ');
  return {
    result: 'errors',
    xml: testcase('input', name, `<error type="unreadable"${attribute('message', message)}/>`),
  };
}

function testcase(className: string, name: string, inner: string): string {
  const attributes = [attribute('classname', className), attribute('name', name), attribute('time', '0')].join('');
  return `    <testcase${attributes}${inner === '' ? '/>' : `>${inner}</testcase>`}\n`;
}

function attribute(name: string, value: string): string {
  return ` ${name}="${escaped(onOneLine(value))}"`;
}

/** XML has no way to write some characters at all: they are left out. */
function escaped(text: string): string {
  return text.replaceAll(/[\ufffe\uffff]/g, '').replaceAll(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
