import { Refusal } from './exchange.ts';
import type { Json } from './json.ts';
import { part, parts, text } from './json.ts';
import type { Person } from './person.ts';
import type { Size } from './stored.ts';
import type { World } from './world.ts';

/** The code that ARM refused with; null where it accepted. A pool that is not there is refused too. */
type Refused = string | null;

/** Who owns the pools, and acts on them at any moment through ARM. */
export interface Owner {
  /** Fixed targets; of a pool that scales by itself, it ends that. */
  scale(id: string, size: Size, way?: { nodeDeallocationOption?: string; resizeTimeout?: string }): Refused;
  setFormula(id: string, formula: string, evaluationInterval?: string): Refused;
  /** Leaves fixed targets equal to the nodes that there are. */
  disableAutoScale(id: string): Refused;
  stopResize(id: string): Refused;
  /** Adds or replaces one item of the metadata. */
  setItem(id: string, name: string, value: string): Refused;
  removeItem(id: string, name: string): Refused;
  removeMetadata(id: string): Refused;
  /** What a pipeline has on file of the pool as it is now. Throws where there is none. */
  template(id: string): Json;
  /** Size, metadata and network rules of the template, in one write. */
  reapply(template: Json): Refused;
  delete(id: string): Refused;
  /** Deletes the pool if it is there, and makes it of the template: another creation time, no node yet. */
  recreate(template: Json): Refused;
}

export function ownerAt(person: Person, world: World): Owner {
  const patch = (id: string, properties: Json) => refusedWith(() => person.patch(id, { properties }));
  const itemsOf = (id: string) => parts(part(world.pool(id), 'properties'), 'metadata');
  const others = (id: string, name: string) => itemsOf(id).filter((item) => item['name'] !== name);
  return {
    scale: (id, { dedicated, lowPriority }, way = {}) => {
      const fixedScale = { targetDedicatedNodes: dedicated, targetLowPriorityNodes: lowPriority, ...way };
      return patch(id, { scaleSettings: { fixedScale } });
    },
    setFormula: (id, formula, evaluationInterval = 'PT15M') =>
      patch(id, { scaleSettings: { autoScale: { formula, evaluationInterval } } }),
    disableAutoScale: (id) => refusedWith(() => person.act(id, 'disableAutoScale')),
    stopResize: (id) => refusedWith(() => person.act(id, 'stopResize')),
    setItem: (id, name, value) => patch(id, { metadata: [...others(id, name), { name, value }] }),
    removeItem: (id, name) => patch(id, { metadata: others(id, name) }),
    removeMetadata: (id) => patch(id, { metadata: [] }),
    template(id) {
      const body = world.pool(id);
      if (body === null) throw new Error(`No pool to make a template of: ${id}`);
      return body;
    },
    reapply(template) {
      const { scaleSettings, metadata = [], networkConfiguration } = part(template, 'properties');
      const network = networkConfiguration === undefined ? {} : { networkConfiguration };
      return patch(text(template['id']), { scaleSettings, metadata, ...network });
    },
    delete: (id) => refusedWith(() => person.delete(id)),
    recreate(template) {
      const id = text(template['id']);
      const refused = world.pool(id) === null ? null : refusedWith(() => person.delete(id));
      if (refused !== null) return refused;
      return refusedWith(() => person.create({ ...template, id }));
    },
  };
}

function refusedWith(write: () => unknown): Refused {
  try {
    write();
    return null;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return text(part(error.answer.body, 'error')['code']);
  }
}
