import type { Json } from './json.ts';
import { part } from './json.ts';

/** The newest api-version of Batch that is served here; what no version has yet is shown at it alone. */
export const NEWEST = '2025-06-01';
/** The version whose specification is at hand. Older ones are served by it too. */
export const SPECIFIED = '2024-07-01';

/** The api-versions of Batch, oldest first. */
export const BATCH_VERSIONS: readonly string[] = [
  '2021-01-01',
  '2021-06-01',
  '2022-01-01',
  '2022-06-01',
  '2022-10-01',
  '2023-05-01',
  '2023-11-01',
  '2024-02-01',
  SPECIFIED,
  NEWEST,
];

/** What Azure serves no more. */
export interface Retired {
  /** Api-versions of Batch: a call at one of them is refused. */
  versions: readonly string[];
  /** Whether classic node communication can be asked for no more. */
  classicMode: boolean;
}

interface Difference {
  /** Properties that the newest version has no more. */
  readonly removed?: readonly string[];
  /** Properties that only the newest version has, in the dialect of the specification. */
  readonly added?: Json;
}

const TEXT = { type: 'string' };
const FLAG = { type: 'boolean' };

/**
 * What the newest version has that the specified one lacks, and the other way round, by definition. Accounts are the same.
 * https://learn.microsoft.com/azure/templates/microsoft.batch/change-log/batchaccounts/pools
 */
export const DIFFERENCES: Readonly<Record<string, Difference>> = {
  PoolProperties: {
    removed: [
      'certificates',
      'applicationLicenses',
      'targetNodeCommunicationMode',
      'currentNodeCommunicationMode',
      'resourceTags',
    ],
  },
  PublicIPAddressConfiguration: {
    added: {
      ipFamilies: { type: 'array', items: { type: 'string', enum: ['IPv4', 'IPv6'] } },
      ipTags: { type: 'array', items: to('IPTag') },
    },
  },
  IPTag: { added: { ipTagType: TEXT, tag: TEXT } },
  TaskSchedulingPolicy: { added: { jobDefaultOrder: { type: 'string', enum: ['None', 'CreationTime'] } } },
  DataDisk: { removed: ['storageAccountType'], added: { managedDisk: to('ManagedDisk') } },
  ManagedDisk: { added: { diskEncryptionSet: to('DiskEncryptionSetParameters') } },
  VMDiskSecurityProfile: { added: { diskEncryptionSet: to('DiskEncryptionSetParameters') } },
  DiskEncryptionSetParameters: { added: { id: TEXT } },
  DiskEncryptionConfiguration: { added: { customerManagedKey: to('DiskCustomerManagedKey') } },
  DiskCustomerManagedKey: {
    added: {
      keyUrl: TEXT,
      rotationToLatestKeyVersionEnabled: FLAG,
      identityReference: to('ComputeNodeIdentityReference'),
    },
  },
  SecurityProfile: { added: { proxyAgentSettings: to('ProxyAgentSettings') } },
  ProxyAgentSettings: {
    added: { enabled: FLAG, imds: to('HostEndpointSettings'), wireServer: to('HostEndpointSettings') },
  },
  HostEndpointSettings: {
    added: { mode: { type: 'string', enum: ['Audit', 'Enforce'] }, inVMAccessControlProfileReferenceId: TEXT },
  },
};

function to(definition: string): Json {
  return { $ref: `#/definitions/${definition}` };
}

/** The definitions of the api-version, made of those of the specified one. */
export function definitionsAt(specified: Json, apiVersion: string): Json {
  if (apiVersion !== NEWEST) return specified;
  const changed = Object.entries(DIFFERENCES).map(([name, { removed = [], added = {} }]) => {
    const before = part(specified, name);
    const properties = Object.entries({ ...part(before, 'properties'), ...added });
    const left = properties.filter(([property]) => !removed.includes(property));
    return [name, { type: 'object', ...before, properties: Object.fromEntries(left) }];
  });
  return { ...specified, ...Object.fromEntries(changed) };
}
