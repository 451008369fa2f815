import { isReadable } from '../shared/core/model/pool.ts';
import { idKey, type PoolId, parseAccountId, parsePoolId } from '../shared/core/model/resource-id.ts';
import { accountTags, type Snapshot } from '../shared/core/model/snapshot.ts';
import { redactedIn } from '../shared/core/plain-secrets/redacted.ts';
import type { Policy } from '../shared/core/policy/policy.ts';
import { type NamedUserSecret, secretsOf } from '../shared/core/rotation/inventory.ts';
import { SECRETS_RULE } from '../shared/core/rotation/pool-secrets.ts';
import { type SecretsReport, secretsJson } from '../shared/report/secrets-report.ts';
import { secretsTable } from '../shared/report/terminal/secrets-table.ts';
import { rules } from '../shared/rules/index.ts';
import { listAccounts, openAzure, seeAccounts } from './azure.ts';
import { BAD_INPUT, BadInput, CLEAN, type Io } from './io.ts';
import { openPolicy } from './policy.ts';
import type { SecretsOptions } from './secrets-command.ts';
import { tellErrors } from './see.ts';
import { subscriptionIds } from './subscriptions.ts';

/** Lists the named users of the accounts and of those in the subscriptions, and gives the exit code. */
export async function secrets(accounts: readonly string[], options: SecretsOptions, io: Io): Promise<number> {
  if (accounts.length === 0 && options.subscription === undefined)
    throw new BadInput('Say where to look: the ARM ids of Batch accounts, or --subscription ID.');
  const named = accounts.map((text) => {
    const id = parseAccountId(text);
    if (id === null) throw new BadInput(`Not the ARM id of a Batch account: ${text}`);
    return id.text;
  });
  const policy = (await openPolicy(options, io))(rules);
  const report = await see(named, options.subscription ?? [], policy, io);
  io.out(options.format === 'json' ? secretsJson(report) : secretsTable(report, io));
  tellErrors(report.errors, io);
  const unread = report.users.filter(({ state }) => state === 'unread').length;
  if (unread > 0)
    io.err(`Of ${unread} of ${report.users.length} named users the secret could not be read. ${REFUSED}\n`);
  return report.errors.length + unread > 0 ? BAD_INPUT : CLEAN;
}

const REFUSED =
  "HTTP 403 means that you have no role at the vault that shows versions, such as Key Vault Reader, or that the vault's network lets nobody in from here.";

async function see(
  named: readonly string[],
  subscriptions: readonly string[],
  policy: Policy,
  io: Io,
): Promise<SecretsReport> {
  const azure = await openAzure();
  const listing = await listAccounts(azure, await subscriptionIds(azure, { subscription: subscriptions }, io));
  const ids = [...new Map([...named, ...listing.ids].map((id) => [idKey(id), id])).values()];
  const seen = await seeAccounts(azure, ids, withSecrets(policy), io);
  const found = new Set(
    [...seen.snapshots.map(({ accountId }) => accountId), ...seen.errors.map(({ source }) => source)].map(idKey),
  );
  const gone = named
    .filter((id) => !found.has(idKey(id)))
    .map((id) => ({ source: id, path: '', message: 'Azure has no such Batch account' }));
  const at = new Date();
  return {
    at,
    accounts: seen.accounts,
    pools: seen.pools,
    users: seen.snapshots.flatMap((snapshot) => usersIn(snapshot, policy, at)),
    errors: redactedIn([...listing.errors, ...gone, ...seen.errors]),
  };
}

/** An inventory is taken whatever the policy's rules do: it says only where the secrets are. */
function withSecrets(policy: Policy): Policy {
  const rule = rules.find(({ id }) => id === SECRETS_RULE);
  if (rule === undefined) throw new TypeError(`There is no rule ${SECRETS_RULE}`);
  return { ...policy, rulesFor: () => [{ rule, mode: 'audit', options: {} }] };
}

function usersIn(snapshot: Snapshot, policy: Policy, now: Date): NamedUserSecret[] {
  const tags = accountTags(snapshot);
  const modeFor = (id: PoolId) =>
    policy.rulesFor({ id, tags }).find(({ rule }) => rule.id === SECRETS_RULE)?.mode ?? 'off';
  return snapshot.pools.filter(isReadable).flatMap((pool) => {
    const id = parsePoolId(pool.id);
    return id === null ? [] : secretsOf(pool, snapshot, modeFor(id), now);
  });
}
