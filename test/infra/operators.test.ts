import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  broken,
  compiled,
  type Fault,
  type Resource,
  resourcesIn,
  templatesIn,
} from '../support/templates/compiled.ts';

const OPERATORS = compiled('operators');
const STORAGE = 'Microsoft.Storage/storageAccounts';

const Assignment = z.object({
  scope: z.string(),
  properties: z.object({ roleDefinitionId: z.string(), principalId: z.string(), principalType: z.literal('Group') }),
});
const Definition = z.object({
  properties: z.object({
    roleName: z.string(),
    assignableScopes: z.array(z.string()),
    permissions: z.tuple([
      z.strictObject({
        actions: z.array(z.string()),
        dataActions: z.array(z.string()),
        notActions: z.array(z.string()).length(0),
        notDataActions: z.array(z.string()).length(0),
      }),
    ]),
  }),
});
const Names = z.record(z.string(), z.record(z.string(), z.string()));

/** Who is given which role on what: `group role on kind/name`. @throws where a role is given on more than one table, queue or container */
function grantsIn(text: string): string[] {
  const { variables = {} } = templatesIn(text)[0] ?? {};
  const stores = Names.parse(variables['stores']);
  const nameOf = (expression: string): string => {
    const [, key = '', name = ''] = /variables\('stores'\)\.(\w+)\.(\w+)/.exec(expression) ?? [];
    return `${stores[key]?.[name] ?? expression}${expression.includes("'{0}-poison'") ? '-poison' : ''}`;
  };
  return resourcesIn(text, 'Microsoft.Authorization/roleAssignments').flatMap((resource) => {
    const { scope, properties } = Assignment.parse(resource);
    const [, kind, last = ''] =
      /^\[resourceId\('Microsoft\.Storage\/storageAccounts\/(?:table|queue|blob)Services\/(tables|queues|containers)', parameters\('storageAccountName'\), 'default', (.*)\)\]$/.exec(
        scope,
      ) ?? [];
    if (kind === undefined) throw new Error(`a role is given on ${scope}`);
    const [, many] = /^variables\('(\w+)'\)\[copyIndex\(\)\]$/.exec(last) ?? [];
    const names = many === undefined ? [nameOf(last)] : z.array(z.string()).parse(variables[many]).map(nameOf);
    return names.map((name) => `${groupOf(properties)} ${roleOf(properties)} on ${kind}/${name}`);
  });
}

function groupOf({ principalId }: z.infer<typeof Assignment>['properties']): string {
  return /^\[parameters\('(\w+)'\)\]$/.exec(principalId)?.[1] ?? principalId;
}

function roleOf({ roleDefinitionId }: z.infer<typeof Assignment>['properties']): string {
  return /variables\('builtInRoles'\)\.(\w+)|variables\('(\w+)'\)/.exec(roleDefinitionId)?.slice(1).find(Boolean) ?? '';
}

const READ_TABLES = ['accounts', 'budget', 'drains', 'findings', 'hints', 'journal', 'requests'];
const READ_QUEUES = ['reconcile', 'resource-events', 'sweep'].flatMap((name) => [name, `${name}-poison`]);
const GRANTS = [
  'operatorsId operatorId on tables/requests',
  'operatorsId operatorId on queues/reconcile',
  ...READ_TABLES.map((name) => `operatorsId storageTableDataReader on tables/${name}`),
  ...READ_QUEUES.map((name) => `operatorsId storageQueueDataReader on queues/${name}`),
  'operatorsId storageBlobDataReader on containers/config',
  'policyAuthorsId policyAuthorId on containers/config',
].toSorted();

describe('the roles of people', () => {
  const rolesIn = (text: string) =>
    resourcesIn(text, 'Microsoft.Authorization/roleDefinitions').map((role) => Definition.parse(role).properties);

  test('allow to add rows and messages, or to read and write blobs, and nothing else', () => {
    expect(rolesIn(OPERATORS).map(({ permissions: [one], ...role }) => ({ ...role, ...one }))).toEqual([
      expect.objectContaining({
        roleName: "[format('Batch Warden Operator{0}', parameters('nameSuffix'))]",
        assignableScopes: ['[resourceGroup().id]'],
        actions: [],
        dataActions: [
          `${STORAGE}/queueServices/queues/messages/add/action`,
          `${STORAGE}/tableServices/tables/entities/add/action`,
        ],
      }),
      expect.objectContaining({
        roleName: "[format('Batch Warden Policy Author{0}', parameters('nameSuffix'))]",
        assignableScopes: ['[resourceGroup().id]'],
        actions: [],
        dataActions: [
          `${STORAGE}/blobServices/containers/blobs/read`,
          `${STORAGE}/blobServices/containers/blobs/write`,
        ],
      }),
    ]);
  });

  test('are given on single tables, queues and containers, each to one group', () => {
    const grants = grantsIn(OPERATORS);
    console.log(`roles of people: ${grants.length} assignments`);
    expect(grants.toSorted()).toEqual(GRANTS);
  });

  test.each<[Fault, RegExp]>([
    [['.tables.findings]"', '.tables.secrets]"'], /storageTableDataReader on tables\/secrets/],
    [[/(?<="scope": .*)\.tables\.requests/, '.tables.drains'], /operatorId on tables\/drains/],
    [[/(?<="scope": .*)\.queues\.reconcile/, '.queues.sweep'], /operatorId on queues\/sweep/],
    [[/(?<="roleDefinitionId": .*)storageBlobDataReader/, 'storageBlobDataOwner'], /storageBlobDataOwner on/],
  ])('%s is seen', (fault, expected) => {
    const found = grantsIn(broken(OPERATORS, fault)).filter((grant) => !GRANTS.includes(grant));
    expect(found.join('\n')).toMatch(expected);
  });

  test('a role on the whole storage account is seen', () => {
    const scope = /"scope": "\[resourceId\('Microsoft\.Storage\/storageAccounts\/tableServices\/tables'[^"]*"/;
    const fault: Fault = [scope, `"scope": "[resourceId('${STORAGE}', parameters('storageAccountName'))]"`];
    expect(() => grantsIn(broken(OPERATORS, fault))).toThrow(/^a role is given on \[resourceId/);
  });

  test('nobody writes the policy where no group of authors is given', () => {
    const isOfAuthors = ({ properties }: Resource) =>
      JSON.stringify(properties).includes("parameters('policyAuthorsId')");
    const given = resourcesIn(OPERATORS, 'Microsoft.Authorization/roleAssignments').filter(isOfAuthors);
    expect(given.map((one) => one['condition'])).toEqual(["[not(empty(parameters('policyAuthorsId')))]"]);
  });

  test('the queues of what failed for good are there to be given a role on', () => {
    const made = resourcesIn(OPERATORS, `${STORAGE}/queueServices/queues`).filter(({ existing }) => !existing);
    expect(made.map(({ name }) => name)).toEqual([expect.stringContaining("variables('poisonQueues')[copyIndex()]")]);
  });
});
