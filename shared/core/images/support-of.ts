import type { Image } from '../model/pool.ts';
import { type Reading, undecided } from '../model/reading.ts';
import { IMAGES, NODE_AGENTS, type Support } from './support-dates.ts';

/** What ends first of the node agent and the image. */
export interface Ending extends Support {
  readonly what: 'agent' | 'image';
  /** For a person. */
  readonly name: string;
}

/**
 * How long Batch supports what the nodes run on. Of an image of one's own only the agent is seen, which on Windows says
 * nothing of the image: on an agent that lives it is taken to be supported.
 */
export function supportOf(image: Image): Reading<Ending> {
  const { nodeAgent, isOwn, publisher, offer, sku } = image;
  const agent = NODE_AGENTS[nodeAgent.trim().toLowerCase()];
  if (agent === undefined) return { unknown: undecided(`until when Batch supports ${nodeAgent} is not known here`) };
  const ofAgent: Ending = { ...agent, what: 'agent', name: nodeAgent };
  if (isOwn) return { known: ofAgent };
  const listed = IMAGES.find(
    (one) => isSame(one.publisher, publisher) && isSame(one.offer, offer) && one.sku.test(sku?.toLowerCase() ?? ''),
  );
  const name = [publisher, offer, sku].map((part) => part ?? '?').join(':');
  if (listed !== undefined) return { known: earlier(ofAgent, { ...listed, what: 'image', name }) };
  if (!nodeAgent.toLowerCase().startsWith('batch.node.windows')) return { known: ofAgent };
  return { unknown: undecided(`until when Batch supports the image ${name} is not known here`) };
}

function earlier(agent: Ending, image: Ending): Ending {
  if (image.lastDay === null || agent.lastDay === null) return agent.lastDay === null ? image : agent;
  return image.lastDay < agent.lastDay ? image : agent;
}

function isSame(known: string, given: string | null): boolean {
  return known === given?.toLowerCase();
}
