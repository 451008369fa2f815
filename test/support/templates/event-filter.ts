import { z } from 'zod';
import { resourcesIn } from './compiled.ts';

const Filter = z.object({
  includedEventTypes: z.array(z.string()),
  advancedFilters: z.array(
    z.object({
      operatorType: z.enum(['StringIn', 'StringContains']),
      key: z.string(),
      values: z.array(z.string()),
    }),
  ),
});
type Filter = z.infer<typeof Filter>;

/** The filter of the event subscription in a compiled template. @throws where Event Grid would not take it */
export function filterIn(events: string): Filter {
  const found = resourcesIn(events, 'Microsoft.EventGrid/systemTopics/eventSubscriptions');
  const [subscription] = found.map(({ properties }) => z.object({ filter: Filter }).parse(properties));
  if (subscription === undefined) throw new Error('the template has no event subscription');
  const { advancedFilters } = subscription.filter;
  const values = advancedFilters.flatMap((filter) => filter.values);
  if (values.length > 25) throw new Error(`Event Grid takes 25 values in a filter, not ${values.length}`);
  return subscription.filter;
}

/** As Event Grid does it: every filter must fit, with any of its values, and nothing depends on case. */
export function letsThrough(filter: Filter, event: unknown): boolean {
  if (!filter.includedEventTypes.some((type) => same(type, textAt(event, 'eventType')))) return false;
  return filter.advancedFilters.every(({ operatorType, key, values }) => {
    const text = textAt(event, key);
    return values.some((value) => (operatorType === 'StringIn' ? same(text, value) : contains(text, value)));
  });
}

function textAt(event: unknown, key: string): string {
  const value = key
    .split('.')
    .reduce<unknown>((at, name) => z.record(z.string(), z.unknown()).safeParse(at).data?.[name], event);
  return typeof value === 'string' ? value : '';
}

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
const contains = (text: string, part: string) => text.toLowerCase().includes(part.toLowerCase());
