import { z } from 'zod';
import { DEALLOCATIONS, type Scale } from '../../core/model/pool-settings.ts';

/** A size as JSON in a row. */
export const ScaleShape = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('fixed'),
    dedicated: z.int().min(0),
    lowPriority: z.int().min(0),
    resizeTimeout: z.exactOptional(z.string()),
    deallocation: z.exactOptional(z.enum(DEALLOCATIONS)),
  }),
  z.strictObject({ kind: z.literal('autoscale'), formula: z.string(), interval: z.string().nullable() }),
]) satisfies z.ZodType<Scale>;
