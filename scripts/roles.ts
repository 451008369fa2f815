import { join } from 'node:path';
import { BATCH_READS, DOCTOR_READS, LISTING_READ } from '../shared/azure/codec/permissions.ts';
import { FACETS, type FacetName } from '../shared/core/model/facet.ts';
import { facetsOf, type Rule } from '../shared/core/policy/rule.ts';

const ROOT = join(import.meta.dirname, '..');

/** ARM actions, in order, each once; but for what the last role reads, none is in two roles. */
interface RoleActions {
  readonly auditor: readonly string[];
  readonly enforcer: readonly string[];
  /** For single identities: over a whole subscription, they are rights to act as any identity in it. */
  readonly identityEnforcer: readonly string[];
  /** Data actions, for single vaults. */
  readonly secretAuditor: readonly string[];
  /** Data actions, for single vaults; those of the secret auditor are among them. */
  readonly secretRotator: readonly string[];
}

const AT_IDENTITIES = /^Microsoft\.ManagedIdentity\//i;
const AT_VAULTS = /^Microsoft\.KeyVault\/vaults\/secrets\//i;

/** https://learn.microsoft.com/azure/role-based-access-control/permissions/security#microsoftkeyvault */
const SECRET_READS = ['Microsoft.KeyVault/vaults/secrets/readMetadata/action'] as const;
const SECRET_WRITES = [
  'Microsoft.KeyVault/vaults/secrets/getSecret/action',
  'Microsoft.KeyVault/vaults/secrets/setSecret/action',
  'Microsoft.KeyVault/vaults/secrets/update/action',
] as const;

/** What each is for, beside what facets say of theirs. The page is not written while a word is missing. */
const WHAT: Readonly<Record<string, string>> = {
  'Microsoft.Batch/batchAccounts/read': 'the accounts of a subscription, and their bodies',
  'Microsoft.Batch/batchAccounts/pools/read': 'the pools of an account',
  ...DOCTOR_READS,
  [LISTING_READ]: 'telling an empty list of accounts from one that may not be seen: without it, each sweep says so',
  'Microsoft.Batch/batchAccounts/write': 'writing settings of an account',
  'Microsoft.Batch/batchAccounts/pools/write': 'writing settings of a pool',
  'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action':
    'at the identities that the body of a write names: those that are added and those that stay',
  'Microsoft.Network/virtualNetworks/subnets/join/action':
    'at the subnet of the pool: its network configuration is written whole',
  'Microsoft.Network/publicIPAddresses/join/action':
    "at the pool's own public addresses: its network configuration is written whole",
  'Microsoft.KeyVault/vaults/secrets/readMetadata/action':
    'the versions of a secret: ids, dates, tags, whether enabled; no value',
  'Microsoft.KeyVault/vaults/secrets/getSecret/action':
    'a value, when the list of users of a pool is written and when a new value becomes the current one',
  'Microsoft.KeyVault/vaults/secrets/setSecret/action': 'a new version: a value that was just made, or is promoted',
  'Microsoft.KeyVault/vaults/secrets/update/action':
    'disabling versions that are superseded, and an expiry for a version that has none',
};

/** What no role of ours has: keys, deletion, whole copies, the rights of others, and what cannot be read from its name. */
const FORBIDDEN: readonly (readonly [RegExp, string])[] = [
  [/\*/, 'a wildcard'],
  [/\/(?:list|regenerate)\w*keys?\//i, 'keys'],
  [/\/(?:delete|purge\/action)$/i, 'deletion'],
  [/\/(?:backup|restore|recover)\/action$/i, 'whole copies'],
  [/^Microsoft\.Authorization\/.*\/(?:write|action)$/i, 'rights of others'],
];
const ACTION = /^Microsoft(?:\.\w+)+(?:\/\w+)+\/(?:read|write|action)$/;

/** Why no role may have the action; null when it may. */
export function whyForbidden(action: string): string | null {
  const [, why] = FORBIDDEN.find(([pattern]) => pattern.test(action)) ?? [];
  return why ?? (ACTION.test(action) ? null : 'not the name of an action');
}

/** The actions of the roles. @throws when no role may have one of them */
export function roleActions(all: readonly Rule[], facets: typeof FACETS = FACETS): RoleActions {
  const reading = sorted([
    ...BATCH_READS,
    LISTING_READ,
    ...Object.keys(DOCTOR_READS),
    ...SECRET_READS,
    ...Object.values(facets).flatMap(({ permissions }) => permissions),
  ]);
  const writing = sorted([...SECRET_WRITES, ...all.flatMap(({ permissions }) => permissions)]).filter(
    (action) => !reading.includes(action),
  );
  for (const action of [...reading, ...writing]) {
    const why = whyForbidden(action);
    if (why !== null) throw new Error(`No role may have ${action}: ${why}`);
  }
  const atVaults = (action: string) => AT_VAULTS.test(action);
  const atIdentities = (action: string) => AT_IDENTITIES.test(action);
  return {
    auditor: reading.filter((action) => !atVaults(action)),
    enforcer: writing.filter((action) => !atIdentities(action) && !atVaults(action)),
    identityEnforcer: writing.filter(atIdentities),
    secretAuditor: reading.filter(atVaults),
    secretRotator: sorted([...reading, ...writing].filter(atVaults)),
  };
}

/** The text of `infra/role-actions.json`. */
export function roleActionsFile(all: readonly Rule[]): string {
  return `${JSON.stringify(roleActions(all), null, 2)}\n`;
}

/** The page that says which permission is for what. @throws when there is no word about one of them */
export function rolesPage(all: readonly Rule[]): string {
  const { auditor, enforcer, identityEnforcer, secretAuditor, secretRotator } = roleActions(all);
  return `# Roles

\`infra/roles.bicep\` makes five custom roles. \`npm run pages\` writes their actions, in \`infra/role-actions.json\`, and this page,
from what rules and facets declare. The roles of the people who run the commands are others, in \`infra/operators.bicep\`:
[Who may run the commands](operations.md#who-may-run-the-commands).

None has a wildcard, keys (\`listKeys\`, \`regenerateKeys\`), \`delete\`, \`purge\`, \`backup\`, \`restore\`, \`recover\`, or a write in
\`Microsoft.Authorization\`: the script refuses such a permission. Only the last two have data actions, and only for secrets of Key
Vault: no role has blobs or jobs.

## Batch Warden Auditor

It reads. Without those of \`Microsoft.Batch\` nothing is judged. Where another one is missing, the rules that it is for are unknown,
leave their fix to a person, or are less exact, as their pages say.

| Permission | For | Rules |
|---|---|---|
${auditor.map((action) => row(action, ...readBy(action, all))).join('')}
## Batch Warden Enforcer

It writes, and reads nothing: it goes with Batch Warden Auditor. Assign it only where a policy enforces: who may write pools can make
their nodes run anything, since the start task is written the same way.

| Permission | For | Rules |
|---|---|---|
${enforcer.map((action) => row(action, whatIs(action), links(writtenBy(action, all)))).join('')}
## Batch Warden Identity Enforcer

It gives identities to pools and accounts. **Assign it on single identities, never on a subscription or a resource group**: whoever
may write an account or a pool can name an identity there, and what a node can act as, its users can act as. Option \`assignable\`
of the rules is the other lock: an identity that it does not name is left to a person, whatever this role allows. Without this role
no identity is given to anything, and all else is repaired. [Deploy](deploy.md#identities) tells how to assign it.

| Permission | For | Rules |
|---|---|---|
${identityEnforcer.map((action) => row(action, whatIs(action), links(writtenBy(action, all)))).join('')}
A pool is sent all its identities when it gets one more. So the role is needed at those that it has, too.

## Batch Warden Secret Auditor

For the secrets of [named users](named-users.md), without enforcement. It has data actions alone. **Assign it on single vaults, or on
single secrets.** It tells the names of all secrets in the vault, and no value.

| Data action | For |
|---|---|
${secretAuditor.map((action) => row(action, whatIs(action))).join('')}
## Batch Warden Secret Rotator

Where a policy enforces the rotation of these secrets. It needs no other role at the vault. **Assign it on single vaults, or on single
secrets**: it reads every value there. So give named users a vault of their own. It deletes nothing, and it cannot give or take rights.
*Key Vault Secrets Officer* would be too much: it deletes, purges, backs up and restores.

| Data action | For |
|---|---|
${secretRotator.map((action) => row(action, whatIs(action))).join('')}
Both need a vault whose permission model is Azure RBAC: a vault with access policies ignores them.

## When a permission is missing

A write without its permission is refused (\`AuthorizationFailed\`), and tried again later. What a body names, Azure asks about at that
resource (\`LinkedAuthorizationFailed\`), also when it stays as it was. Where an identity, a subnet or an address is in a subscription
that is not watched, list that one too when the roles are deployed, or keep these rules at \`audit\`.

## What is not known

That Azure asks about what a body names is how it does for many kinds of resources; it was not tried with Batch. Whether Azure
asks for rights at the storage account and at the identity that \`autoStorage\` names is not documented. Nothing is declared for
them: they are referred to, not assigned. If Azure asks for more, the write is refused, and the reason names what is missing.
`;
}

function readBy(action: string, all: readonly Rule[]): [what: string, by: string] {
  if (BATCH_READS.some((read) => read === action)) return [whatIs(action), 'all'];
  if (action === LISTING_READ || Object.keys(DOCTOR_READS).includes(action)) return [whatIs(action), 'none'];
  const names = Object.keys(FACETS) as FacetName[]; // the keys of a literal
  const facets = names.filter((name) => FACETS[name].permissions.includes(action));
  const by = all.filter((rule) => facetsOf(rule).some((name) => facets.includes(name)));
  return [facets.map((name) => FACETS[name].title).join('; '), links(by)];
}

function writtenBy(action: string, all: readonly Rule[]): Rule[] {
  return all.filter(({ permissions }) => permissions.includes(action));
}

function whatIs(action: string): string {
  const what = WHAT[action];
  if (what === undefined) throw new Error(`Say in scripts/roles.ts what ${action} is for`);
  return what;
}

function links(all: readonly Rule[]): string {
  return all.map(({ id }) => `[${id}](rules/${id}.md)`).join(', ');
}

function row(action: string, ...cells: readonly string[]): string {
  return `| \`${action}\` | ${cells.join(' | ')} |\n`;
}

function sorted(actions: readonly string[]): string[] {
  return [...new Set(actions)].toSorted();
}

/** What is written of the roles: their actions, and their page. */
export function roleFiles(all: readonly Rule[]): { readonly path: string; readonly text: string }[] {
  return [
    { path: join(ROOT, 'infra', 'role-actions.json'), text: roleActionsFile(all) },
    { path: join(ROOT, 'docs', 'roles.md'), text: rolesPage(all) },
  ];
}
