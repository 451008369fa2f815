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

const Given = z.object({ parameters: z.object({ roleId: z.string() }) });

/** A rule that is not there, with this permission. */
function ruleWith(permission: string) {
  return defineRule({
    id: 'made-up',
    scope: 'pool',
    title: 'Nothing is wrong',
    advice: 'mend it',
    severity: 'low',
    sources: [],
    reads: [],
    sets: [],
    breaks: null,
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

  test('rights on secrets are in roles of their own, and only the one that rotates reads values', () => {
    const { secretAuditor, secretRotator, ...others } = roleActions(rules);
    const secrets = 'Microsoft.KeyVault/vaults/secrets/';
    expect(
      Object.values(others)
        .flat()
        .filter((action) => action.startsWith(secrets)),
    ).toEqual([]);
    expect(secretAuditor).toEqual([`${secrets}readMetadata/action`]);
    expect(secretRotator).toEqual(
      ['getSecret', 'readMetadata', 'setSecret', 'update'].map((name) => `${secrets}${name}/action`),
    );
    const more = roleActions([...rules, ruleWith(`${secrets}rotate/action`)]);
    expect(more).toEqual({ ...others, secretAuditor, secretRotator: expect.arrayContaining([...secretRotator]) });
    expect(more.secretRotator).toContain(`${secrets}rotate/action`);
  });

  test('3: what is given on whole subscriptions assigns no identity', () => {
    const { auditor, enforcer, identityEnforcer } = roleActions(rules);
    expect([...auditor, ...enforcer].filter((action) => action.startsWith('Microsoft.ManagedIdentity/'))).toEqual([]);
    expect(identityEnforcer).toEqual(['Microsoft.ManagedIdentity/userAssignedIdentities/assign/action']);
  });

  test.each(['roles', 'roles-management-group'])(
    '3: %s assigns that right on identities alone, and rights on secrets on vaults',
    (name) => {
      const assignments = resourcesIn(compiled(name), 'Microsoft.Authorization/roleAssignments').map(
        ({ scope, properties }) => ({ scope, role: JSON.stringify(properties) }),
      );
      const [identity, vault, ...elsewhere] = assignments.toSorted(
        (a, b) => Number(a.scope === undefined) - Number(b.scope === undefined),
      );
      expect(identity).toEqual({
        scope: expect.stringContaining("'Microsoft.ManagedIdentity/userAssignedIdentities'"),
        role: expect.stringContaining("parameters('identityEnforcerId')"),
      });
      expect(vault).toEqual({
        scope: expect.stringContaining("'Microsoft.KeyVault/vaults'"),
        role: expect.stringContaining("parameters('roleId')"),
      });
      expect(elsewhere.map(({ scope }) => scope)).toEqual([undefined, undefined]);
      expect(elsewhere.filter(({ role }) => /identity-?enforcer|secret/i.test(role))).toEqual([]);
    },
  );

  test.each(['roles', 'roles-management-group'])(
    '%s lets the app rotate the secrets of a vault only to enforce',
    (name) => {
      const vaults = resourcesIn(compiled(name), 'Microsoft.Resources/deployments').filter(({ properties }) =>
        JSON.stringify(properties).includes("'Microsoft.KeyVault/vaults'"),
      );
      const given = vaults.map(({ properties }) => Given.parse(properties).parameters.roleId);
      const [, rotator, auditor] =
        /^\[if\(parameters\('enforce'\), createObject\('value', (.*)\), createObject\('value', (.*)\)\)\]$/.exec(
          given[0] ?? '',
        ) ?? [];
      expect(given).toHaveLength(1);
      expect([rotator, auditor]).toEqual([
        expect.stringMatching(/secret-?rotator/i),
        expect.stringMatching(/secret-?auditor/i),
      ]);
      expect(JSON.stringify(vaults)).toContain("'enableRbacAuthorization'), false()), true(), fail(");
    },
  );

  test('are committed with nothing that no role may have', () => {
    const lists = z.record(z.string(), z.array(z.string())).parse(JSON.parse(committed));
    expect(Object.keys(lists)).toEqual(Object.keys(roleActions(rules)));
    const all = Object.values(lists).flat();
    expect(all.filter((action) => whyForbidden(action) !== null)).toEqual([]);
    expect(Math.min(...Object.values(lists).map(({ length }) => length))).toBeGreaterThan(0);
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
      { permissions: [{ ...nothingElse, actions: [], dataActions: "[variables('actions').secretAuditor]" }] },
      { permissions: [{ ...nothingElse, actions: [], dataActions: "[variables('actions').secretRotator]" }] },
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
    ['Microsoft.KeyVault/vaults/secrets/delete', /deletion/],
    ['Microsoft.KeyVault/vaults/secrets/purge/action', /deletion/],
    ['Microsoft.KeyVault/vaults/secrets/backup/action', /whole copies/],
    ['Microsoft.KeyVault/vaults/secrets/restore/action', /whole copies/],
    ['Microsoft.KeyVault/vaults/secrets/recover/action', /whole copies/],
    ['Microsoft.KeyVault/vaults/secrets/*', /wildcard/],
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
