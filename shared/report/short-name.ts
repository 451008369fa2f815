import { accountOf, parsePoolId } from '../core/model/resource-id.ts';

/** `account` or `account/pool`. */
export function shortName(resourceId: string): string {
  const account = accountOf(resourceId)?.account;
  const pool = parsePoolId(resourceId)?.pool;
  return account === undefined ? resourceId : pool === undefined ? account : `${account}/${pool}`;
}
