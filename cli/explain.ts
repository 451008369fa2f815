import type { Bodies } from '../shared/azure/files/bodies.ts';
import { nearest } from '../shared/core/model/nearest.ts';
import { accountOf, parseAccountId, parsePoolId, sameId } from '../shared/core/model/resource-id.ts';
import type { Policy } from '../shared/core/policy/policy.ts';
import { jsonText } from '../shared/report/harmless.ts';
import { ruleFacts } from '../shared/report/rule-facts.ts';
import { shortName } from '../shared/report/short-name.ts';
import { explanationText } from '../shared/report/terminal/explanation.ts';
import { rules } from '../shared/rules/index.ts';
import type { Format } from './asking-options.ts';
import { listAccounts, openAzure, seeAccounts } from './azure.ts';
import { explanationJson } from './explanation-json.ts';
import { explanationOf } from './explanation-of.ts';
import { findResource } from './find-resource.ts';
import type { PolicyFiles } from './found-files.ts';
import { BAD_INPUT, BadInput, CLEAN, type Io } from './io.ts';
import { didYouMean, noSuchRule } from './nearest.ts';
import { openPolicy } from './policy.ts';
import { type Sources, seeFiles, tellErrors } from './see.ts';
import { hasScope, type Scope, scopeOrDefault, subscriptionIds } from './subscriptions.ts';

/** As commander parses them. */
export interface ExplainOptions extends Sources, PolicyFiles {
  readonly format: Format;
}

const RULE_IDS = rules.map(({ id }) => id);

/** Explains what `name` means, a rule before a resource, and gives the exit code. */
export async function explain(name: string, options: ExplainOptions, io: Io): Promise<number> {
  if (!RULE_IDS.includes(name)) return explainResource(name, options, io);
  const { format, ...others } = options;
  if (Object.values(others).some((value) => value !== undefined))
    throw new BadInput(
      `${name} is a rule: its page needs no options but --format. The others are for an account or a pool.`,
    );
  const { rulePage } = await import('./rule-page.ts');
  io.out(await inFormat(format, name, await rulePage(name), io));
  return CLEAN;
}

async function inFormat(format: Format, name: string, page: string, io: Io): Promise<string> {
  if (format === 'text') return (await import('./markdown.ts')).toTerminal(page, io);
  const [rule] = rules.filter(({ id }) => id === name).map(ruleFacts);
  return `${jsonText({ schema: 1, rule, page }, 2)}\n`;
}

async function explainResource(name: string, options: ExplainOptions, io: Io): Promise<number> {
  const bind = await openPolicy(options, io);
  const policy = bind(rules);
  const seen = await see(name, options, policy, io);
  tellErrors(seen.errors, io);
  const found = findResource(name, seen.snapshots);
  const explanation = explanationOf(found, bind, new Date());
  io.out(options.format === 'json' ? explanationJson(explanation) : explanationText(explanation, io));
  return seen.errors.length > 0 ? BAD_INPUT : CLEAN;
}

async function see(name: string, { input, ...named }: Sources, policy: Policy, io: Io): Promise<Bodies> {
  const accountId = parseAccountId(name) ?? (parsePoolId(name) && accountOf(name));
  if (name.startsWith('/') && accountId === null) throw new BadInput(`Not the id of a Batch account or pool: ${name}`);
  if (input !== undefined) return seeFiles(input, io);
  if (accountId !== null) {
    if (hasScope(named)) await checkScope(accountId.subscription, named, io);
    const seen = await seeAccounts(await openAzure(), [accountId.text], policy, io);
    if (seen.accounts === 0) throw new BadInput(`Azure has no such Batch account: ${accountId.text}`);
    return seen;
  }
  // A rule whose name is mistaken is looked for nowhere.
  const isRule = !name.includes('/') && nearest(name, RULE_IDS).length > 0;
  const scope = isRule && !hasScope(named) ? null : await scopeOrDefault(named, io);
  if (scope === null) throw new BadInput(whatToGive(name, io));
  return seeNamed(name, scope, policy, io);
}

/** @throws BadInput */
async function checkScope(subscription: string, scope: Scope, io: Io): Promise<void> {
  const isNamed = scope.subscription?.some((one) => sameId(one, subscription)) === true;
  if (isNamed) return;
  const ids = await subscriptionIds(await openAzure(), scope, io);
  if (!ids.some((one) => sameId(one, subscription)))
    throw new BadInput(`The id names another subscription than --subscription: ${subscription}`);
}

/** Of the accounts in the subscriptions only those that the short name can mean are read. */
async function seeNamed(name: string, scope: Scope, policy: Policy, io: Io): Promise<Bodies> {
  const azure = await openAzure();
  const [account = name] = name.split('/');
  const { ids, errors } = await listAccounts(azure, await subscriptionIds(azure, scope, io));
  const wanted = ids.filter((id) => sameId(shortName(id), account));
  if (wanted.length === 0) {
    tellErrors(errors, io);
    throw new BadInput(
      `No account ${account} in the subscription. ${didYouMean(account, ids.map(shortName))}`.trimEnd(),
    );
  }
  const seen = await seeAccounts(azure, wanted, policy, io);
  return { ...seen, errors: [...errors, ...seen.errors] };
}

function whatToGive(name: string, io: Io): string {
  const how =
    'For an account or a pool give its ARM id, or say where to look for its name: --input PATH, --subscription ID.';
  return name.includes('/') ? how : `${noSuchRule(name, RULE_IDS, io)}\n${how}`;
}
