import { z } from 'zod';
import type { AccountSettings } from '../../core/model/account-settings.ts';
import { type Fix, manual, resourceOf, type SecretSettings } from '../../core/model/change.ts';
import type { PoolSettings } from '../../core/model/pool-settings.ts';
import { parseAccountId, parsePoolId, sameId } from '../../core/model/resource-id.ts';
import { SECRET_KINDS } from '../../core/model/secret.ts';
import { isSecretName, parseVault, secretParts } from '../../core/model/secret-id.ts';
import { JsonText } from './json-text.ts';
import { ScaleShape } from './scale-shape.ts';

const Text = z.string().nullable();
/** The fields that a body has beyond `modelled`, as ARM calls those: what is shown of a fix must be all that it sends. */
function beyond(...modelled: readonly string[]) {
  return z.record(z.string(), z.unknown()).refine((unmodelled) => modelled.every((field) => !(field in unmodelled)));
}

const AutoStorage = z.strictObject({ storageAccountId: z.string(), authenticationMode: Text, nodeIdentityId: Text });

const EndpointAccess = z.strictObject({
  defaultAction: Text,
  ipRules: z.array(z.strictObject({ value: z.string(), unmodelled: beyond('value') })),
  unmodelled: beyond('defaultAction', 'ipRules'),
});

const NetworkProfile = z.strictObject({
  accountAccess: EndpointAccess.nullable(),
  nodeManagementAccess: EndpointAccess.nullable(),
  unmodelled: beyond('accountAccess', 'nodeManagementAccess'),
});

const NatRule = z.strictObject({
  priority: z.int(),
  access: z.string(),
  sourceAddressPrefix: z.string(),
  sourcePortRanges: z.array(z.string()).nullable(),
  unmodelled: beyond('priority', 'access', 'sourceAddressPrefix', 'sourcePortRanges'),
});

const NatPool = z.strictObject({
  name: z.string(),
  protocol: z.string(),
  backendPort: z.int(),
  frontendPortRangeStart: z.int(),
  frontendPortRangeEnd: z.int(),
  rules: z.array(NatRule),
  unmodelled: beyond(
    'name',
    'protocol',
    'backendPort',
    'frontendPortRangeStart',
    'frontendPortRangeEnd',
    'networkSecurityGroupRules',
  ),
});

const SecretId = z.string().refine((id) => secretParts(id) !== null);
const SecretRef = {
  vault: z.string().refine((url) => parseVault(url) !== null),
  name: z.string().refine(isSecretName),
};
const Version = z.string().regex(/^[0-9a-f]{32}$/);
const Kind = z.enum(SECRET_KINDS);
const GivenSecret = z.strictObject({ ...SecretRef, version: Version, kind: Kind });

/** What is written to a secret, as JSON in a row. */
export const SecretColumn: z.ZodType<SecretSettings> = z.union([
  z.strictObject({ minted: z.strictObject({ kind: Kind, replaces: z.string(), maxAge: z.number() }) }),
  z.strictObject({ promoted: z.strictObject({ ...SecretRef, version: Version }) }),
  z.strictObject({ expiry: z.strictObject({ version: Version, at: z.iso.datetime() }) }),
  z.strictObject({ disabled: z.array(Version) }),
]);

const ACCOUNT_SHAPES = {
  authenticationModes: z.exactOptional(z.array(z.string()).nullable()),
  autoStorage: z.exactOptional(AutoStorage.nullable()),
  identityIds: z.exactOptional(z.array(z.string())),
  publicNetworkAccess: z.exactOptional(Text),
  networkProfile: z.exactOptional(NetworkProfile.nullable()),
} satisfies Record<keyof AccountSettings, z.ZodType>;

const POOL_SHAPES = {
  identityIds: z.exactOptional(z.array(z.string())),
  endpoints: z.exactOptional(z.array(NatPool).nullable()),
  publicIp: z.exactOptional(Text),
  users: z.exactOptional(
    z.array(z.strictObject({ name: z.string(), elevationLevel: Text, secret: z.exactOptional(GivenSecret) })),
  ),
  scale: z.exactOptional(ScaleShape),
  metadata: z.exactOptional(
    z.array(z.strictObject({ name: z.string(), value: Text, unmodelled: beyond('name', 'value') })),
  ),
} satisfies Record<keyof PoolSettings, z.ZodType>;

const setsSomething = (set: object) => Object.keys(set).length > 0;

const FixColumn: z.ZodType<Fix | null, string> = JsonText.pipe(
  z
    .discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('set-account'),
        id: z.string().refine((id) => parseAccountId(id) !== null),
        set: z.strictObject(ACCOUNT_SHAPES).refine(setsSomething),
      }),
      z.strictObject({
        kind: z.literal('set-pool'),
        id: z.string().refine((id) => parsePoolId(id) !== null),
        set: z.strictObject(POOL_SHAPES).refine(setsSomething),
      }),
      z.strictObject({
        kind: z.literal('set-secret'),
        id: SecretId,
        poolId: z.string().refine((id) => parsePoolId(id) !== null),
        user: z.string(),
        set: SecretColumn,
      }),
      z.strictObject({ kind: z.literal('manual'), why: z.string() }),
    ])
    .nullable(),
);

const UNREADABLE = manual('what the row of this finding holds is no fix of its resource; the next look plans it anew.');

/**
 * The fix in a row, which whoever can write rows may have made. What is none, or one of another resource, never becomes a
 * change: it is left to a person until a look plans it anew, and its finding stays.
 */
export function decodeFix(column: string, resourceId: string): Fix | null {
  const { data: fix = UNREADABLE } = FixColumn.safeParse(column);
  if (fix === null || fix.kind === 'manual') return fix;
  return sameId(resourceOf(fix), resourceId) ? fix : UNREADABLE;
}
