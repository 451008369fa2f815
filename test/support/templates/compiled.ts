import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const INFRA = join(import.meta.dirname, '..', '..', '..', 'infra');

const Resource = z.looseObject({
  type: z.string(),
  name: z.string().optional(),
  /** It is only referred to. */
  existing: z.boolean().default(false),
  properties: z.unknown().optional(),
});
const Template = z.looseObject({
  parameters: z.record(z.string(), z.unknown()).default({}),
  variables: z.record(z.string(), z.unknown()).default({}),
  resources: z.union([z.record(z.string(), Resource), z.array(Resource)]),
  outputs: z.record(z.string(), z.looseObject({ type: z.string(), value: z.unknown() })).default({}),
});
type Template = z.infer<typeof Template>;
export type Resource = z.infer<typeof Resource>;

/** A compiled template as it is committed. */
export function compiled(name: string): string {
  return readFileSync(join(INFRA, 'compiled', `${name}.json`), 'utf8');
}

/** The template and those of its modules, at every depth. */
export function templatesIn(text: string): Template[] {
  return withModules(Template.parse(JSON.parse(text)));
}

/** Every resource of the template and of its modules. */
export function resourcesIn(text: string, type: string): Resource[] {
  return templatesIn(text)
    .flatMap(resourcesOf)
    .filter((resource) => resource.type === type);
}

function withModules(template: Template): Template[] {
  const modules = resourcesOf(template).filter(({ type }) => type === 'Microsoft.Resources/deployments');
  return [
    template,
    ...modules.flatMap(({ properties }) => withModules(z.object({ template: Template }).parse(properties).template)),
  ];
}

function resourcesOf({ resources }: Template): Resource[] {
  return Object.values(resources);
}

/** What to replace, once, and by what. */
export type Fault = readonly [from: string | RegExp, to: string];

/** The template with one thing wrong. */
export function broken(text: string, [from, to]: Fault): string {
  const result = text.replace(from, to);
  if (result === text) throw new Error(`nothing to break: ${String(from)}`);
  return result;
}
