import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { roleActions, roleActionsFile, rolesPage, whyForbidden } from '../../scripts/roles.ts';
import { FACETS } from '../../shared/core/model/facet.ts';
import { defineRule } from '../../shared/core/policy/rule.ts';
import { rules } from '../../shared/rules/index.ts';
import { compiled, resourcesIn, templatesIn } from '../support/templates/compiled.ts';

const read = (path: string) => readFileSync(join(import.meta.dirname, '..', '..', path), 'utf8');
const committed = read('infra/role-actions.json');

/** A rule that is not there, with this permission. */
function ruleWith(permission: string) {
  return defineRule({
    id: 'made-up',
    scope: 'pool',
    title: 'Nothing is wrong',
    severity: 'low',
    sources: [],
    reads: [],
    sets: [],
    permissions: [permission],
    options: z.strictObject({}),
    check: () => [],
  });
}

describe('the roles', () => {
  test('that are committed are as rules and facets declare', () => {
    expect(committed, 'npm run pages').toBe(roleActionsFile(rules));
    expect(read('docs/roles.md'), 'npm run pages').toBe(rolesPage(rules));
  });

  test('read and write apart', () => {
    const { auditor, enforcer, identityEnforcer } = roleActions(rules);
    console.log(`roles: ${auditor.length} actions to read, ${enforcer.length + identityEnforcer.length} to write`);
    expect(auditor.filter((action) => !action.endsWith('/read'))).toEqual([]);
    expect([...enforcer, ...identityEnforcer].filter((action) => action.endsWith('/read'))).toEqual([]);
    expect(Math.min(auditor.length, enforcer.length)).toBeGreaterThan(1);
  });

  test('3: what is given on whole subscriptions assigns no identity', () => {
    const { auditor, enforcer, identityEnforcer } = roleActions(rules);
    expect([...auditor, ...enforcer].filter((action) => action.startsWith('Microsoft.ManagedIdentity/'))).toEqual([]);
    expect(identityEnforcer).toEqual(['Microsoft.ManagedIdentity/userAssignedIdentities/assign/action']);
  });

  test.each(['roles', 'roles-management-group'])('3: %s assigns that right on identities alone', (name) => {
    const assignments = resourcesIn(compiled(name), 'Microsoft.Authorization/roleAssignments').map(
      ({ scope, properties }) => ({ scope, role: JSON.stringify(properties) }),
    );
    const atIdentity = assignments.filter(({ scope }) => scope !== undefined);
    expect(atIdentity).toEqual([
      {
        scope: expect.stringContaining("'Microsoft.ManagedIdentity/userAssignedIdentities'"),
        role: expect.stringContaining("parameters('identityEnforcerId')"),
      },
    ]);
    expect(assignments).toHaveLength(3);
    const elsewhere = assignments.filter(({ scope }) => scope === undefined);
    expect(elsewhere.filter(({ role }) => /identity-?enforcer/i.test(role))).toEqual([]);
  });

  test('are committed with nothing that no role may have', () => {
    const { auditor, enforcer, identityEnforcer } = z
      .strictObject({
        auditor: z.array(z.string()),
        enforcer: z.array(z.string()),
        identityEnforcer: z.array(z.string()),
      })
      .parse(JSON.parse(committed));
    expect([...auditor, ...enforcer, ...identityEnforcer].filter((action) => whyForbidden(action) !== null)).toEqual(
      [],
    );
    expect(auditor.length + enforcer.length).toBeGreaterThan(0);
  });

  test.each(['roles', 'roles-management-group'])('are what the compiled %s deploys, and nothing beside', (name) => {
    const text = compiled(name);
    const variables = templatesIn(text).flatMap((template) => Object.values(template.variables));
    const definitions = resourcesIn(text, 'Microsoft.Authorization/roleDefinitions');
    const nothingElse = { notActions: [], dataActions: [], notDataActions: [] };
    expect(variables, 'npm run pages, then npm run bicep').toContainEqual(roleActions(rules));
    expect(definitions.map(({ properties }) => properties)).toMatchObject([
      { permissions: [{ actions: "[variables('actions').auditor]", ...nothingElse }] },
      { permissions: [{ actions: "[variables('actions').enforcer]", ...nothingElse }] },
      { permissions: [{ actions: "[variables('actions').identityEnforcer]", ...nothingElse }] },
    ]);
  });

  test('that are committed are old once a rule or a facet takes another permission', () => {
    const permission = 'Microsoft.KeyVault/vaults/read';
    const more = [...rules, ruleWith(permission)];
    expect(roleActionsFile(more)).not.toBe(committed);
    expect(roleActions(more).enforcer).toEqual([...roleActions(rules).enforcer, permission].toSorted());
    expect(() => rolesPage(more)).toThrow(permission);

    const { subnets } = FACETS;
    const facets = { ...FACETS, subnets: { ...subnets, permissions: [...subnets.permissions, permission] } };
    expect(roleActions(rules, facets).auditor).toEqual([...roleActions(rules).auditor, permission].toSorted());
  });

  test('that are committed stay as they are with a rule that takes nothing new', () => {
    expect(roleActionsFile([...rules, ruleWith('Microsoft.Batch/batchAccounts/pools/write')])).toBe(committed);
  });

  test.each([
    ['*', /wildcard/],
    ['*/read', /wildcard/],
    ['Microsoft.Batch/*', /wildcard/],
    ['Microsoft.Batch/batchAccounts/*/read', /wildcard/],
    ['*/delete', /wildcard/],
    ['Microsoft.Authorization/*/write', /wildcard/],
    ['Microsoft.Batch/batchAccounts/listKeys/action', /keys/],
    ['Microsoft.Batch/batchAccounts/listkeys/action', /keys/],
    ['Microsoft.Storage/storageAccounts/listKeys/action', /keys/],
    ['Microsoft.Batch/batchAccounts/regenerateKeys/action', /keys/],
    ['Microsoft.Storage/storageAccounts/regeneratekey/action', /keys/],
    ['Microsoft.Batch/batchAccounts/delete', /deletion/],
    ['Microsoft.Batch/batchAccounts/pools/Delete', /deletion/],
    ['Microsoft.Authorization/roleAssignments/write', /rights of others/],
    ['microsoft.authorization/policyAssignments/Write', /rights of others/],
    ['Microsoft.Authorization/elevateAccess/action', /rights of others/],
    ['Microsoft.Batch/batchAccounts', /not the name/],
    ['Microsoft.Batch', /not the name/],
    ['', /not the name/],
  ])('never have %s', (action, why) => {
    expect(whyForbidden(action)).toMatch(why);
    expect(() => roleActions([...rules, ruleWith(action)])).toThrow(why);
  });
});
