import { notShown, type UnknownReason } from './reading.ts';

/**
 * What a body shows, as its reader says: `all` (an answer of Azure Resource Manager: what is absent has its default) or
 * `some` (a `$select`, an export: what is absent may be there all the same).
 */
export type Shows = 'all' | 'some';

/** Why it is not known that the account or pool lacks what its body does not show; null where the body shows all. */
export function mayLack(
  resource: { readonly shows: Shows; readonly deployment?: unknown },
  what: string,
): UnknownReason | null {
  const kind = 'deployment' in resource ? 'pool' : 'account';
  return resource.shows === 'all' ? null : notShown(`the body of the ${kind} is partial: it may lack ${what}`);
}

/** Where it has no deploymentConfiguration: ARM always shows one. */
export const NO_DEPLOYMENT = notShown('the body of the pool has no deploymentConfiguration');
