import { armError } from './errors.ts';
import { type Answer, type ArmRequest, Refusal } from './exchange.ts';
import { page } from './page.ts';
import type { Store } from './store.ts';

/** https://learn.microsoft.com/rest/api/resources/subscriptions/list */
export const SUBSCRIPTION_VERSIONS = ['2022-12-01'];
/** https://learn.microsoft.com/rest/api/managementgroups/management-groups/get-descendants */
export const MANAGEMENT_GROUP_VERSIONS = ['2020-05-01'];

/** The path of the list of subscriptions. */
export const SUBSCRIPTIONS = /^\/subscriptions$/i;
const DESCENDANTS = /^\/providers\/Microsoft\.Management\/managementGroups\/([^/]+)\/descendants$/i;

/** ARM's own list, of what is named and of what has accounts. */
export function serveSubscriptions(store: Store, request: ArmRequest, pageSize: number): Answer {
  const all = store.subscriptions().map(({ id, name }) => ({
    body: { id: `/subscriptions/${id}`, subscriptionId: id, displayName: name, state: 'Enabled' },
  }));
  return page(all, request, pageSize);
}

/** What is below a management group: groups and subscriptions. */
export function serveManagementGroups(store: Store, request: ArmRequest, pageSize: number): Answer | null {
  const group = DESCENDANTS.exec(request.path)?.[1]?.toLowerCase();
  if (group === undefined) return null;
  const parent = (name: string) => ({ id: `/providers/Microsoft.Management/managementGroups/${name}` });
  const subscriptions = store.subscriptions().filter(({ groups = [] }) => groups.some((each) => same(each, group)));
  if (subscriptions.length === 0) {
    const message = `The management group '${group}' cannot be found.`;
    throw new Refusal(armError(404, 'NotFound', message));
  }
  const between = subscriptions.flatMap(({ groups = [] }) =>
    groups.slice(
      0,
      groups.findIndex((each) => same(each, group)),
    ),
  );
  const bodies = [
    ...[...new Set(between)].toSorted().map((name) => ({
      ...parent(name),
      type: 'Microsoft.Management/managementGroups',
      name,
      properties: { displayName: name, parent: parent(group) },
    })),
    ...subscriptions.map(({ id, name, groups = [] }) => ({
      id: `/subscriptions/${id}`,
      type: '/subscriptions',
      name: id,
      properties: { displayName: name, parent: parent(groups[0] ?? group) },
    })),
  ];
  return page(
    bodies.map((body) => ({ body })),
    request,
    pageSize,
  );
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
