/* As they were before they were fast. */

const NAME = /^(?!\.{1,2}$)[^/?#%\\\s\p{Cc}\p{Cs}]+$/u;
const ROOTS = ['subscriptions', 'providers'];

export function slowIsArmId(text: string): boolean {
  const [beforeFirstSlash, ...names] = text.split('/');
  const isRooted = ROOTS.includes(names[0]?.toLowerCase() ?? '');
  return beforeFirstSlash === '' && isRooted && names.every((name) => NAME.test(name));
}

const IN_GROUP = /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/([^/]+)((?:\/[^/]+\/[^/]+)+)$/i;

export function slowParseResourceId(text: string, type: string): object | null {
  const [, subscription, resourceGroup, namespace, path] = IN_GROUP.exec(slowIsArmId(text) ? text : '') ?? [];
  if (!subscription || !resourceGroup || !namespace || !path) return null;
  const pairs = path.slice(1).split('/');
  const types = pairs.filter((_, i) => i % 2 === 0);
  if ([namespace, ...types].join('/').toLowerCase() !== type.toLowerCase()) return null;
  return { text, subscription, resourceGroup, names: pairs.filter((_, i) => i % 2 === 1) };
}

export function slowDistinctIds(ids: readonly string[]): string[] {
  return [...Map.groupBy(ids, (id) => id.toLowerCase()).values()].flatMap(([first]) => first ?? []);
}

export function slowInOrder(...steps: readonly string[]): string {
  return `In this order: ${steps.map((step, index) => `(${index + 1}) ${step}`).join('; ')}.`;
}
