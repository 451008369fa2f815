import { z } from 'zod';
import { DateText } from './date-text.ts';
import { IdentityBody } from './identity-codec.ts';

const Text = z.string().nullish();
const Tags = z.record(z.string(), z.unknown()).nullish();
const Reference = z.looseObject({ resourceId: Text }).nullish();

export const ResourceFileBody = z.looseObject({
  filePath: Text,
  httpUrl: Text,
  storageContainerUrl: Text,
  autoStorageContainerName: Text,
  identityReference: Reference,
});

export const RegistryBody = z.looseObject({ registryServer: Text, username: Text, identityReference: Reference });

export const StartTaskBody = z.looseObject({
  commandLine: Text,
  resourceFiles: z.array(ResourceFileBody).nullish(),
  environmentSettings: z.array(z.looseObject({ name: z.string(), value: Text })).nullish(),
  containerSettings: z.looseObject({ containerRunOptions: Text, registry: RegistryBody.nullish() }).nullish(),
  userIdentity: z
    .looseObject({ userName: Text, autoUser: z.looseObject({ scope: Text, elevationLevel: Text }).nullish() })
    .nullish(),
});

const ExtensionBody = z.looseObject({
  name: z.string(),
  publisher: z.string(),
  type: z.string(),
  /** Free-form. */
  settings: z.unknown().optional(),
});

export const MachineBody = z.looseObject({
  nodeAgentSkuId: z.string(),
  imageReference: z
    .looseObject({
      publisher: Text,
      offer: Text,
      sku: Text,
      id: Text,
      sharedGalleryImageId: Text,
      communityGalleryImageId: Text,
    })
    .nullish(),
  securityProfile: z
    .looseObject({
      securityType: Text,
      encryptionAtHost: z.boolean().nullish(),
      uefiSettings: z
        .looseObject({ secureBootEnabled: z.boolean().nullish(), vTpmEnabled: z.boolean().nullish() })
        .nullish(),
    })
    .nullish(),
  diskEncryptionConfiguration: z
    .looseObject({
      targets: z.array(z.string()).nullish(),
      customerManagedKey: z.looseObject({ identityReference: Reference }).nullish(),
    })
    .nullish(),
  containerConfiguration: z.looseObject({ containerRegistries: z.array(RegistryBody).nullish() }).nullish(),
  extensions: z.array(ExtensionBody).nullish(),
});

export const BlobMountBody = z.looseObject({
  accountName: Text,
  containerName: Text,
  relativeMountPath: Text,
  blobfuseOptions: Text,
  identityReference: Reference,
});

const ShareMountBody = z.looseObject({
  relativeMountPath: Text,
  source: Text,
  azureFileUrl: Text,
  mountOptions: Text,
});

export const MountBody = z.looseObject({
  azureBlobFileSystemConfiguration: BlobMountBody.nullish(),
  azureFileShareConfiguration: ShareMountBody.nullish(),
  cifsMountConfiguration: ShareMountBody.nullish(),
  nfsMountConfiguration: ShareMountBody.nullish(),
});

const NatRuleBody = z.looseObject({
  priority: z.number().int(),
  access: z.string(),
  sourceAddressPrefix: z.string(),
  sourcePortRanges: z.array(z.string()).nullish(),
});

const NatPoolBody = z.looseObject({
  name: z.string(),
  protocol: z.string(),
  backendPort: z.number().int(),
  frontendPortRangeStart: z.number().int(),
  frontendPortRangeEnd: z.number().int(),
  networkSecurityGroupRules: z.array(NatRuleBody).nullish(),
});

export const NetworkBody = z.looseObject({
  subnetId: Text,
  publicIPAddressConfiguration: z
    .looseObject({
      provision: Text,
      ipAddressIds: z.array(z.string()).nullish(),
      ipFamilies: z.array(z.string()).nullish(),
      ipTags: z.array(z.unknown()).nullish(),
    })
    .nullish(),
  endpointConfiguration: z.looseObject({ inboundNatPools: z.array(NatPoolBody).nullish() }).nullish(),
});

export const ScaleBody = z.looseObject({
  fixedScale: z
    .looseObject({
      targetDedicatedNodes: z.number().int().nullish(),
      targetLowPriorityNodes: z.number().int().nullish(),
      resizeTimeout: Text,
    })
    .nullish(),
  autoScale: z.looseObject({ formula: Text, evaluationInterval: Text }).nullish(),
});

export const UserBody = z.looseObject({ name: z.string(), elevationLevel: Text });

/** A pool as ARM answers it; only what is judged or written is named. */
export const PoolBody = z.looseObject({
  id: z.string(),
  etag: Text,
  identity: IdentityBody.nullish(),
  tags: Tags,
  properties: z.looseObject({
    creationTime: DateText.nullish(),
    vmSize: Text,
    allocationState: Text,
    currentDedicatedNodes: z.number().int().nullish(),
    currentLowPriorityNodes: z.number().int().nullish(),
    scaleSettings: ScaleBody.nullish(),
    interNodeCommunication: Text,
    networkConfiguration: NetworkBody.nullish(),
    deploymentConfiguration: z
      .looseObject({
        cloudServiceConfiguration: z.looseObject({}).nullish(),
        virtualMachineConfiguration: MachineBody.nullish(),
      })
      .nullish(),
    applicationPackages: z.array(z.unknown()).nullish(),
    startTask: StartTaskBody.nullish(),
    mountConfiguration: z.array(MountBody).nullish(),
    metadata: z.array(z.looseObject({ name: z.string(), value: Text })).nullish(),
    resourceTags: Tags,
    userAccounts: z.array(UserBody).nullish(),
  }),
});
export type PoolBody = z.infer<typeof PoolBody>;
