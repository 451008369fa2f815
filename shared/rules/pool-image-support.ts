import { z } from 'zod';
import { CHECKED } from '../core/images/support-dates.ts';
import { type Ending, supportOf } from '../core/images/support-of.ts';
import { manual } from '../core/model/change.ts';
import type { Image } from '../core/model/pool.ts';
import { NO_DEPLOYMENT } from '../core/model/shows.ts';
import { DAY, millisecondsOf } from '../core/model/time.ts';
import { count, inOrder } from '../core/model/words.ts';
import { durationFound } from '../core/policy/duration.ts';
import { defineRule, type Severity } from '../core/policy/rule.ts';

const MACHINE = 'properties.deploymentConfiguration.virtualMachineConfiguration';
const SOON = 180 * DAY;

/** When the support ends, pools can no longer be made or grow, and nodes may become unusable. */
export const poolImageSupport = defineRule({
  id: 'pool-image-support',
  scope: 'pool',
  title: 'Batch supports the node agent and the image of the pool, and will for a while',
  advice: 'make a new pool with an image that Batch supports',
  severity: 'high',
  sources: ['security-best-practices', 'https://learn.microsoft.com/rest/api/batchservice/account/listsupportedimages'],
  reads: ['properties.deploymentConfiguration'],
  sets: [],
  breaks: null,
  permissions: [],
  options: z.strictObject({
    within: z
      .string()
      .refine((text) => millisecondsOf(text) !== null, {
        error: ({ input }) => `must be a duration, such as P365D for 365 days; ${durationFound(input)}`,
      })
      .default('P365D'),
  }),

  check({ deployment, image }, { options, now }) {
    if (deployment === null) return [{ path: MACHINE, unknown: NO_DEPLOYMENT }];
    // Cloud services are for pool-virtual-machine-configuration.
    if (image === null) return [];
    const support = supportOf(image);
    if ('unknown' in support) return [{ path: `${MACHINE}.nodeAgentSkuId`, unknown: support.unknown }];
    const { known: ending } = support;
    if (ending.lastDay === null) return [];
    const left = Date.parse(ending.lastDay) + DAY - now.getTime();
    if (left > (millisecondsOf(options.within) ?? 0)) return [];
    const path = `${MACHINE}.${ending.what === 'agent' ? 'nodeAgentSkuId' : 'imageReference'}`;
    const severity: Severity = left <= 0 ? 'high' : left <= SOON ? 'medium' : 'low';
    const desired = 'an image and a node agent that Batch supports';
    const fix = manual(whatToDo(image, ending));
    return [{ path, observed: ending.name, desired, why: whatIsWrong(ending, left), fix, severity }];
  },
});

function whatIsWrong({ name, lastDay, source }: Ending, left: number): string {
  const where = `(${source}; checked ${CHECKED})`;
  return left <= 0
    ? `Batch's support for ${name} ended on ${lastDay} ${where}: pools can no longer be made or grow with certainty, and nodes may become unusable.`
    : `Batch's support for ${name} ends on ${lastDay}, in ${count(Math.ceil(left / DAY), 'day')} ${where}.`;
}

function whatToDo({ isOwn }: Image, { what, name }: Ending): string {
  const choose = isOwn
    ? `build your image anew on an operating system whose node agent Batch supports: ${name} ends for images of your own too`
    : what === 'agent'
      ? `choose an image with another node agent than ${name}, among those of az batch pool supported-images list without a batchSupportEndOfLife that is near`
      : `choose another image than ${name}, among those of az batch pool supported-images list without a batchSupportEndOfLife that is near`;
  return inOrder(
    choose,
    'make a new pool with it, and try the tasks there',
    'move the jobs to it, and delete this pool',
  );
}
