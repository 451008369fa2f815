import { guidOf } from '../azure/caller.ts';
import { principalOf } from '../azure/normalise.ts';
import type { Body } from './parts.ts';
import { accountId, identityId, PRODUCTION, storageId, systemAssigned, TRADING } from './parts.ts';

const CONTRIBUTOR = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe';
const OWNER = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b';
const READER = '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1';
const RENDER_BATCH = guidOf('group:render-batch');

/** The group by which contosorender's identity has its role. */
export const groups: Record<string, string[]> = {
  [RENDER_BATCH]: [principalOf(identityId(PRODUCTION, 'rendering', 'render-account')).principalId],
};

function roleId(subscription: string, name: string): string {
  return `/subscriptions/${subscription}/providers/Microsoft.Authorization/roleDefinitions/${name}`;
}

function assignment(scope: string, roleDefinitionId: string, principalId: string, principalType: string): Body {
  const name = guidOf(`assignment:${scope}:${roleDefinitionId}:${principalId}`);
  return {
    id: `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`,
    name,
    type: 'Microsoft.Authorization/roleAssignments',
    properties: { scope, roleDefinitionId, principalId, principalType },
  };
}

const rendering = storageId(PRODUCTION, 'rendering', 'contosorenderassets');
const genomics = storageId(PRODUCTION, 'genomics', 'contosogenomicsdata');
const ownGenomics = String(systemAssigned(accountId(PRODUCTION, 'genomics', 'contosogenomics'))['principalId']);
const principalNamed = (subscription: string, group: string, name: string) =>
  principalOf(identityId(subscription, group, name)).principalId;
const READS_ANY_BLOB = guidOf('role:reads any blob');

/** Who may do what on the auto-storage accounts: by a group, by a scope above, by a role of one's own. */
export const access: Body[] = [
  assignment(rendering, roleId(PRODUCTION, OWNER), RENDER_BATCH, 'Group'),
  assignment(
    `/subscriptions/${PRODUCTION}`,
    roleId(PRODUCTION, READS_ANY_BLOB),
    principalNamed(PRODUCTION, 'rendering', 'render-nodes'),
    'ServicePrincipal',
  ),
  {
    id: roleId(PRODUCTION, READS_ANY_BLOB),
    name: READS_ANY_BLOB,
    type: 'Microsoft.Authorization/roleDefinitions',
    properties: {
      roleName: 'Reads any blob',
      description: 'Reads blobs, and nothing that opens an account.',
      type: 'CustomRole',
      permissions: [
        {
          actions: ['Microsoft.Storage/*/read'],
          notActions: ['Microsoft.Storage/storageAccounts/encryptionScopes/read'],
          dataActions: ['Microsoft.Storage/storageAccounts/blobServices/*/read'],
          notDataActions: [],
        },
      ],
      assignableScopes: [`/subscriptions/${PRODUCTION}`],
    },
  },
  assignment(genomics, roleId(PRODUCTION, CONTRIBUTOR), ownGenomics, 'ServicePrincipal'),
  assignment(
    `/subscriptions/${PRODUCTION}/resourceGroups/genomics`,
    roleId(PRODUCTION, READER),
    principalNamed(PRODUCTION, 'genomics', 'genomics-nodes'),
    'ServicePrincipal',
  ),
  assignment(
    storageId(TRADING, 'archive', 'contosoarchivefiles'),
    roleId(TRADING, CONTRIBUTOR),
    principalNamed(TRADING, 'archive', 'archive-account'),
    'ServicePrincipal',
  ),
  // Reads what the resource is, and none of its blobs.
  assignment(
    `/subscriptions/${TRADING}/resourceGroups/imaging`,
    roleId(TRADING, 'acdd72a7-3385-48ef-bd42-f606fba81ae7'),
    principalNamed(TRADING, 'imaging', 'imaging-nodes'),
    'ServicePrincipal',
  ),
  {
    id: `/subscriptions/${PRODUCTION}/resourceGroups/genomics/providers/Microsoft.Authorization/denyAssignments/${guidOf('deny:genomics')}`,
    name: guidOf('deny:genomics'),
    type: 'Microsoft.Authorization/denyAssignments',
    properties: {
      denyAssignmentName: 'Nobody but the pipeline deletes',
      permissions: [{ actions: ['*/delete'], notActions: [], dataActions: [], notDataActions: [] }],
      scope: `/subscriptions/${PRODUCTION}/resourceGroups/genomics`,
      doNotApplyToChildScopes: false,
      principals: [{ id: '00000000-0000-0000-0000-000000000000', type: 'SystemDefined' }],
      excludePrincipals: [{ id: guidOf('person:pipeline'), type: 'ServicePrincipal' }],
      isSystemProtected: true,
    },
  },
];
