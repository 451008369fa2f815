import { stringify } from 'yaml';
import { FACETS } from '../shared/core/model/facet.ts';
import { count } from '../shared/core/model/words.ts';
import type { Rule } from '../shared/core/policy/rule.ts';
import { whatBreaks, whatFixNeeds } from '../shared/core/policy/rule-words.ts';
import { wrap } from '../shared/report/terminal/wrap.ts';
import type { Seen, Standing } from './init-standings.ts';

/** Beside the policy, where `policy --schema` writes it. */
export const SCHEMA_FILE = 'batch-warden.schema.json';

/** A policy with every rule, and comments that say what there is to know of each. */
export function policyText(rules: readonly Rule[], seen: Seen | null): string {
  const sections = (['account', 'pool'] as const).map((scope) => {
    const entries = rules.filter((rule) => rule.scope === scope);
    return `  # ---- ${scope === 'account' ? 'Accounts' : 'Pools'} ----\n\n${entries.map((rule) => entryOf(rule, seen)).join('\n')}`;
  });
  return `${headOf(seen)}\nrules:\n${sections.join('\n')}`;
}

function headOf(seen: Seen | null): string {
  const made =
    seen === null
      ? 'As it stands, it judges as without a policy: it reports, and writes nothing to Azure.'
      : `Made from ${count(seen.accounts, 'account')} and ${count(seen.pools, 'pool')}${seen.unread === 0 ? '' : ', of which not all could be read'}: what complied then is enforced, the rest is only reported. Enforced is whatever this policy is given to, not only what was judged then.`;
  return `# yaml-language-server: $schema=${SCHEMA_FILE}
#
${comment(`A policy of Batch Warden, by "batch-warden init". ${made}`)}
#
# Check it:                    batch-warden policy FILE
# See what it would write:     batch-warden plan --policy FILE --input BODIES --assume-complete
# The schema for your editor:  batch-warden policy --schema ${SCHEMA_FILE}
# All about one rule:          batch-warden explain RULE
#
# Modes, of each rule:
#   off      not judged
#   audit    judged and reported
#   approve  written once a person approves that very change
#   enforce  written by the app, where that is safe and the app has the rights
#
# Of each rule below:
#   Needs      what a fix takes: rights to write, an empty pool as well, or you, where there is none;
#              and what is read to judge, beside accounts and pools
#   Can break  who or what is cut off when it is written
#   Options    what you can tell the rule; those that have a default are shown with it

mode: audit # of rules that a later version adds: all of today stand below, each with its own
freeze: false # true: nothing is begun, whatever else stands here

# What needs an empty pool waits until the pool has no nodes. Drains bring that about:
# drains: { max: 1 } # one at a time, only pools that have no nodes by themselves

# Other modes and options for a part of the estate. Later scopes win.
# scopes:
#   - match: { resourceGroup: 'sandbox-*' }
#     rules: { account-node-identity: enforce }
`;
}

function entryOf(rule: Rule, seen: Seen | null): string {
  const { id, title, severity, options } = rule;
  const standing = seen?.standings.get(id) ?? null;
  const names = Object.keys(options.shape);
  const facts = [
    ['Needs', [whatFixNeeds(rule), ...needed(rule)].join('; ')],
    ['Can break', whatBreaks(rule)],
    ['Options', names.join(', ')],
    ['Seen', standing === null ? '' : inWords(standing)],
  ].filter(([, text]) => text !== '');
  const mode = standing?.mode ?? (rule.defaultOff ? 'off' : 'audit');
  const defaults = options.parse({});
  const shown = names.length === 0 ? `  ${id}: ${mode}\n` : `  ${id}:\n    mode: ${mode}\n${optionsLine(defaults)}`;
  return [
    ...block(`${title} (${severity}${rule.defaultOff ? ', off by default' : ''}).`, '  # ', '  # '),
    ...facts.flatMap(([name = '', text = '']) =>
      block(text, `  #   ${`${name}:`.padEnd(11)}`, `  #   ${' '.repeat(11)}`),
    ),
    shown,
  ].join('\n');
}

/** Without the comment sign it says what holds anyway. */
function optionsLine(defaults: object): string {
  if (Object.keys(defaults).length === 0) return '';
  return `    # ${stringify({ options: defaults }, { collectionStyle: 'flow', lineWidth: 0 })
    .trim()
    .replace(/^\{ (.*) \}$/, '$1')}\n`;
}

/** Readings beside accounts and pools, each with what it is for. */
function needed({ needs = {} }: Rule): string[] {
  const uses = [
    ['to judge', needs.verdict],
    ['for its fix', needs.fix],
    ['to judge exactly', needs.exactness],
  ] as const;
  return uses.flatMap(([use, names = []]) =>
    names.length === 0 ? [] : [`${use}, ${names.map((name) => FACETS[name].title).join(' and ')}`],
  );
}

function inWords({ judged, violating, unknown, mode }: Standing): string {
  if (mode === 'off') return 'not judged, as it is off';
  if (judged === 0) return 'nothing that it judges';
  if (violating + unknown === 0) return judged === 1 ? 'it complies' : `all ${judged} comply`;
  return [
    `${judged - violating - unknown} of ${judged} comply`,
    ...(violating === 0 ? [] : [`${violating} violate`]),
    ...(unknown === 0 ? [] : [`${unknown} not known`]),
  ].join(', ');
}

const WIDTH = 110;

function comment(text: string): string {
  return block(text, '# ', '# ').join('\n');
}

function block(text: string, first: string, others: string): string[] {
  return wrap(text, WIDTH - first.length).map((line, index) => `${index === 0 ? first : others}${line}`);
}
