import { idKey, parseAccountId } from '../../shared/core/model/resource-id.ts';
import { resourceNotFound } from './errors.ts';
import type { Answer, ArmRequest } from './exchange.ts';
import { ok } from './exchange.ts';
import { text } from './json.ts';
import type { Store } from './store.ts';

const PATH = /^(.+)\/providers\/Microsoft\.Insights\/diagnosticSettings(?:\/([^/]+))?$/i;

/** https://learn.microsoft.com/rest/api/monitor/diagnostic-settings/list */
export const INSIGHTS_VERSIONS = ['2016-09-01', '2017-05-01-preview', '2021-05-01-preview'];

/** The diagnostic settings of a resource, never in pages; null for what is no path of this provider. */
export function serveInsights(store: Store, { path }: ArmRequest): Answer | null {
  const [, resource, name] = PATH.exec(path) ?? [];
  if (resource === undefined) return null;
  const account = parseAccountId(resource);
  if (account !== null) store.account(account);
  if (name !== undefined) {
    const body = store.resources.get(path);
    if (body !== null) return ok(body);
    throw resourceNotFound(path);
  }
  const prefix = `${idKey(path)}/`;
  const settings = store.resources
    .ofType('Microsoft.Insights/diagnosticSettings')
    .filter((body) => idKey(text(body['id'])).startsWith(prefix));
  return ok({ value: settings });
}
