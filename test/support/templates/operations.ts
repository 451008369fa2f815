import contract from '../../contract/BatchManagement.json' with { type: 'json' };

/** An operation of ARM that Event Grid tells of, and the path under a Batch account that it is about. */
export interface Operation {
  readonly name: string;
  readonly below: string;
}

const VERBS: Readonly<Record<string, string>> = { put: 'write', patch: 'write', delete: 'delete' };

/** Every operation on an account and below it that the specification lists, reads aside. */
export function specifiedOperations(): Operation[] {
  const operations = Object.entries(contract.paths).flatMap(([path, methods]) => {
    const below = /\/batchAccounts\/\{accountName\}(.*)$/.exec(path)?.[1];
    if (below === undefined) return [];
    const verbs = Object.keys(methods).filter((method) => method !== 'get');
    return verbs.map((method) => ({ name: nameOf(below, method), below: below.replaceAll(/[{}]/g, '') }));
  });
  return [...new Map(operations.map((operation) => [operation.name, operation])).values()];
}

/** As ARM names it: resource types without the names between them, then what is done. */
function nameOf(below: string, method: string): string {
  const types = below.split('/').filter((part) => part !== '' && !part.startsWith('{'));
  return ['Microsoft.Batch/batchAccounts', ...types, VERBS[method] ?? 'action'].join('/');
}
