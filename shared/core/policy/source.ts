/** The documents that most rules come from. */
export const DOCUMENTS = {
  'managed-identity-behaviour': {
    title: 'Use managed identities in an Azure Batch account or pool',
    url: 'https://learn.microsoft.com/troubleshoot/azure/hpc/batch/use-managed-identities-azure-batch-account-pool',
  },
  'named-users': {
    title: 'Run tasks under user accounts in Batch',
    url: 'https://learn.microsoft.com/azure/batch/batch-user-accounts',
  },
  'pool-endpoints': {
    title: 'Configure or disable remote access to compute nodes in an Azure Batch pool',
    url: 'https://learn.microsoft.com/azure/batch/pool-endpoint-configuration',
  },
  'pool-identities': {
    title: 'Configure managed identities in Batch pools',
    url: 'https://learn.microsoft.com/azure/batch/managed-identity-pools',
  },
  'security-best-practices': {
    title: 'Batch security and compliance best practices',
    url: 'https://learn.microsoft.com/azure/batch/security-best-practices',
  },
} as const;

/** Where a rule comes from: one of the documents, or any other page. */
export type Source = keyof typeof DOCUMENTS | `https://${string}`;

export function sourceUrl(source: Source): string {
  return isDocument(source) ? DOCUMENTS[source].url : source;
}

/** Whether it is one of the documents, which have titles. */
export function isDocument(source: Source): source is keyof typeof DOCUMENTS {
  return source in DOCUMENTS;
}
