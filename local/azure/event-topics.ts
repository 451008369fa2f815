import { sameId } from '../../shared/core/model/resource-id.ts';
import { resourceNotFound } from './errors.ts';
import type { Answer, ArmRequest } from './exchange.ts';
import type { Json } from './json.ts';
import { text } from './json.ts';
import { page } from './page.ts';
import type { Store } from './store.ts';

const TOPICS = /^(\/subscriptions\/[^/]+)\/providers\/Microsoft\.EventGrid\/systemTopics$/i;
const SUBSCRIPTIONS =
  /^(\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.EventGrid\/systemTopics\/[^/]+)\/eventSubscriptions$/i;

/** https://github.com/Azure/azure-rest-api-specs/tree/main/specification/eventgrid/resource-manager/Microsoft.EventGrid */
export const EVENT_GRID_VERSIONS = ['2021-12-01', '2022-06-15', '2025-02-15'];

/** System topics of a subscription, and the event subscriptions of one; null for what is no path of them. */
export function serveEventTopics(
  { resources }: Pick<Store, 'resources'>,
  request: ArmRequest,
  size: number,
): Answer | null {
  const list = (bodies: readonly Json[]) =>
    page(
      bodies.map((body) => ({ body })),
      request,
      size,
    );
  const subscription = TOPICS.exec(request.path)?.[1];
  if (subscription !== undefined)
    return list(
      resources
        .ofType('Microsoft.EventGrid/systemTopics')
        .filter(({ id }) => sameId(text(id).slice(0, subscription.length + 1), `${subscription}/`)),
    );
  const topic = SUBSCRIPTIONS.exec(request.path)?.[1];
  if (topic === undefined) return null;
  if (resources.get(topic) === null) throw resourceNotFound(topic);
  return list(resources.below(request.path));
}
