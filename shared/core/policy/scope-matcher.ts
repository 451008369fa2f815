import { glob } from '../model/glob.ts';
import { sameId } from '../model/resource-id.ts';

/** Names, or patterns of them; those that are left out ask for nothing. */
interface Match {
  readonly subscription?: string | undefined;
  readonly resourceGroup?: string | undefined;
  readonly account?: string | undefined;
  readonly pool?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

interface Matched {
  readonly id: {
    readonly subscription: string;
    readonly resourceGroup: string;
    readonly account: string;
    readonly pool?: string;
  };
  readonly tags: Readonly<Record<string, string>>;
}

/** Whether a scope is for the target; its patterns are compiled once. */
export function matcher(match: Match): (target: Matched) => boolean {
  const subscription = like(match.subscription);
  const resourceGroup = like(match.resourceGroup);
  const account = like(match.account);
  const pool = like(match.pool);
  const tagged = Object.entries(match.tags ?? {}).map(([name, pattern]) => ({ name, fits: like(pattern) }));
  return ({ id, tags }) =>
    subscription(id.subscription) &&
    resourceGroup(id.resourceGroup) &&
    account(id.account) &&
    pool(id.pool) &&
    tagged.every(({ name, fits }) => fits(tagNamed(tags, name)));
}

/** ARM compares the names of tags without case. */
function tagNamed(tags: Matched['tags'], name: string): string | undefined {
  return Object.entries(tags).find(([key]) => sameId(key, name))?.[1];
}

/** `*` alone fits even what is not there, so that a scope of `pool: '*'` holds for the account too. */
function like(pattern: string | undefined): (name: string | undefined) => boolean {
  if (pattern === undefined || pattern === '*') return () => true;
  const fits = glob(pattern);
  return (name) => name !== undefined && fits(name);
}
