import { z } from 'zod';
import { IdentityBody } from './identity-codec.ts';
import { NetworkProfileBody } from './network-profile-codec.ts';

export const AutoStorageBody = z.looseObject({
  storageAccountId: z.string(),
  authenticationMode: z.string().nullish(),
  nodeIdentityReference: z.looseObject({ resourceId: z.string().nullish() }).nullish(),
});

export const ConnectionBody = z.looseObject({
  name: z.string().nullish(),
  properties: z
    .looseObject({
      provisioningState: z.string().nullish(),
      groupIds: z.array(z.string()).nullish(),
      privateLinkServiceConnectionState: z.looseObject({ status: z.string().nullish() }).nullish(),
    })
    .nullish(),
});

/** A Batch account as ARM answers it; only what is judged or written is named. */
export const AccountBody = z.looseObject({
  id: z.string(),
  location: z.string().nullish(),
  tags: z.record(z.string(), z.string()).nullish(),
  identity: IdentityBody.nullish(),
  properties: z.looseObject({
    allowedAuthenticationModes: z.array(z.string()).nullish(),
    autoStorage: AutoStorageBody.nullish(),
    publicNetworkAccess: z.string().nullish(),
    networkProfile: NetworkProfileBody.nullish(),
    privateEndpointConnections: z.array(ConnectionBody).nullish(),
    encryption: z
      .looseObject({
        keySource: z.string().nullish(),
        keyVaultProperties: z.looseObject({ keyIdentifier: z.string().nullish() }).nullish(),
      })
      .nullish(),
    poolAllocationMode: z.string().nullish(),
  }),
});
export type AccountBody = z.infer<typeof AccountBody>;
