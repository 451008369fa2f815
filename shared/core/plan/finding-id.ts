import { digest } from '../model/digest.ts';
import { idKey } from '../model/resource-id.ts';

/** The same violation has the same id for ever: 16 hex digits of rule, resource (without case) and path. */
export function findingId(ruleId: string, resourceId: string, path: string): string {
  return hashOf([ruleId, idKey(resourceId), path].join('\n'));
}

/** From 0 up to 1, of each resource its own and always the same. */
export function shareOf(resourceId: string): number {
  return digest(idKey(resourceId)).readUInt32BE() / 2 ** 32;
}

/** Of a drain of the pool that this look begins. */
export function drainId(poolId: string, at: Date, correlationId: string): string {
  return hashOf([idKey(poolId), at.toISOString(), correlationId].join('\n'));
}

/** 16 hex digits of a text: another text has others. */
export function hashOf(text: string): string {
  return digest(text).toString('hex').slice(0, 16);
}
