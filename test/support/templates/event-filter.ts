import { z } from 'zod';
import { resourcesIn, templatesIn } from './compiled.ts';

const Filter = z.strictObject({
  includedEventTypes: z.array(z.string()),
  advancedFilters: z
    .array(
      z.object({
        operatorType: z.enum(['StringIn', 'StringContains']),
        key: z.string(),
        values: z.array(z.string()),
      }),
    )
    .default([]),
});
type Filter = z.infer<typeof Filter>;

/** What a module is given, and what the resource is made of: the one is passed on to the other. */
const Given = z.object({ parameters: z.object({ filter: z.object({ value: z.string() }) }) });
const Passed = z.object({ filter: z.literal("[parameters('filter')]") });
const ONE = 'the template has no event subscription with a filter of its own';

/** The filter of the event subscription in a compiled template. @throws where Event Grid would not take it */
export function filterIn(events: string): Filter {
  const [template] = templatesIn(events);
  const [subscription] = resourcesIn(events, 'Microsoft.EventGrid/systemTopics/eventSubscriptions');
  const given = resourcesIn(events, 'Microsoft.Resources/deployments').flatMap(
    ({ properties }) => Given.safeParse(properties).data?.parameters.filter.value ?? [],
  );
  const [, variable = ''] = given.map((value) => /^\[variables\('(\w+)'\)\]$/.exec(value)).find(Boolean) ?? [];
  if (!Passed.safeParse(subscription?.properties).success) throw new Error(ONE);
  const named = template?.variables[variable];
  // What is loaded from a file is a variable of its own.
  const [, loaded] = /^\[variables\('([^']+)'\)\]$/.exec(String(named)) ?? [];
  const filter = Filter.parse(loaded === undefined ? named : template?.variables[loaded], { error: () => ONE });
  const values = filter.advancedFilters.flatMap((one) => one.values);
  if (values.length > 25) throw new Error(`Event Grid takes 25 values in a filter, not ${values.length}`);
  return filter;
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
