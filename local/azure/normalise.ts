import { accountOf, idKey } from '../../shared/core/model/resource-id.ts';
import { guidOf, TENANT } from './caller.ts';
import type { Json } from './json.ts';
import { copied, isObject, part, parts, text, without } from './json.ts';
import { normaliseScale } from './scale.ts';

/** The `x-ms-secret` fields of the specification: they go in and never come out. */
const SECRETS = ['password', 'sshPrivateKey', 'accountKey', 'sasKey', 'protectedSettings'];
/** What people put there is theirs, whatever its fields are called. */
const FREE_FORM = ['settings', 'tags', 'resourceTags'];

/** The id as the service writes it: the resource group in lower case. */
export function normaliseId(id: string): string {
  const account = accountOf(id);
  if (account === null) return id;
  const group = account.resourceGroup;
  return id.replace(`/${group}/`, `/${group.toLowerCase()}/`);
}

/** The identity as the service shows it: every one with its principal. */
export function normaliseIdentity(identity: Json, ownerId: string): Json {
  const type = text(identity['type']);
  if (/^SystemAssigned$/i.test(type))
    return { principalId: guidOf(`principal:${idKey(ownerId)}`), tenantId: TENANT, type };
  if (!/^UserAssigned$/i.test(type)) return { type };
  const sent = Object.entries(part(identity, 'userAssignedIdentities')).filter(([, value]) => value !== null);
  const shown = sent.map(([id, value]) => [id, { ...principalOf(id), ...(isObject(value) ? value : {}) }]);
  return { type, userAssignedIdentities: Object.fromEntries(shown) };
}

/** Of a user-assigned identity; always the same for the same id. */
export function principalOf(identityId: string): { principalId: string; clientId: string } {
  const clientId = guidOf(`client:${idKey(identityId)}`);
  return { principalId: guidOf(`principal:${clientId}`), clientId };
}

function stripSecrets<T>(value: T): T;
function stripSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(stripSecrets);
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([name]) => !SECRETS.includes(name));
  return Object.fromEntries(
    kept.map(([name, inner]) => [name, FREE_FORM.includes(name) ? inner : stripSecrets(inner)]),
  );
}

/** Properties of a pool as the service keeps and shows them; only those that were given are touched. */
export function normalisePool(given: Json, windows: boolean): Json {
  const properties = stripSecrets(copied(given));
  set(properties, 'vmSize', (size) => text(size).toUpperCase());
  set(properties, 'networkConfiguration', (value) => normaliseNetwork(part(value)));
  set(properties, 'startTask', (value) => normaliseStartTask(part(value)));
  set(properties, 'scaleSettings', (value) => normaliseScale(part(value)));
  set(properties, 'deploymentConfiguration', (value) => normaliseDeployment(part(value)));
  if (Array.isArray(properties['userAccounts']))
    properties['userAccounts'] = parts(properties, 'userAccounts').map((user) => normaliseUser(user, windows));
  // An empty start task is how a start task is taken away.
  if (isObject(given['startTask']) && Object.keys(given['startTask']).length === 0) delete properties['startTask'];
  return properties;
}

function normaliseNetwork(network: Json): Json {
  const endpoints = part(network, 'endpointConfiguration');
  for (const natPool of parts(endpoints, 'inboundNatPools')) {
    set(natPool, 'protocol', (protocol) => text(protocol).toUpperCase());
    for (const rule of parts(natPool, 'networkSecurityGroupRules')) {
      set(rule, 'access', capitalise);
      rule['sourcePortRanges'] ??= ['*'];
    }
    if (parts(natPool, 'networkSecurityGroupRules').length === 0) delete natPool['networkSecurityGroupRules'];
  }
  const scope = capitalise(network['dynamicVnetAssignmentScope'] ?? 'None');
  const accelerated = network['enableAcceleratedNetworking'] ?? false;
  const kept = without(network, []);
  return { ...kept, dynamicVnetAssignmentScope: scope, enableAcceleratedNetworking: accelerated };
}

function normaliseStartTask(task: Json): Json {
  const { autoUser } = part(task, 'userIdentity');
  const identity = isObject(autoUser)
    ? { userIdentity: { ...part(task, 'userIdentity'), autoUser: { scope: 'Pool', ...autoUser } } }
    : {};
  return {
    ...task,
    ...identity,
    maxTaskRetryCount: task['maxTaskRetryCount'] ?? 0,
    waitForSuccess: task['waitForSuccess'] ?? true,
  };
}

function normaliseDeployment(deployment: Json): Json {
  set(part(deployment, 'virtualMachineConfiguration', 'securityProfile'), 'securityType', capitalise);
  return deployment;
}

function normaliseUser(user: Json, windows: boolean): Json {
  const filled: Json = { ...user, elevationLevel: user['elevationLevel'] ?? 'NonAdmin' };
  if (!windows) return filled;
  const windowsUserConfiguration = { loginMode: 'Interactive', ...part(user, 'windowsUserConfiguration') };
  return { ...without(filled, ['linuxUserConfiguration']), windowsUserConfiguration };
}

/** Replaces the field when it is there. */
function set(body: Json, name: string, to: (value: unknown) => unknown): void {
  if (body[name] !== undefined && body[name] !== null) body[name] = to(body[name]);
}

function capitalise(value: unknown): string {
  const word = text(value);
  return word.charAt(0).toUpperCase() + (/^[A-Z]+$/.test(word) ? word.slice(1).toLowerCase() : word.slice(1));
}

/** Whether a pool with these properties runs Windows. */
export function isWindows(properties: Json): boolean {
  const deployment = part(properties, 'deploymentConfiguration');
  const { nodeAgentSkuId } = part(deployment, 'virtualMachineConfiguration');
  return deployment['cloudServiceConfiguration'] !== undefined || /^batch\.node\.windows/i.test(text(nodeAgentSkuId));
}
