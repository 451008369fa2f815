import { createHash } from 'node:crypto';
import { idKey } from '../model/resource-id.ts';

/** The same violation has the same id for ever: 16 hex digits of rule, resource (without case) and path. */
export function findingId(ruleId: string, resourceId: string, path: string): string {
  return digest([ruleId, idKey(resourceId), path].join('\n'))
    .toString('hex')
    .slice(0, 16);
}

/** From 0 up to 1, of each resource its own and always the same. */
export function shareOf(resourceId: string): number {
  return digest(idKey(resourceId)).readUInt32BE() / 2 ** 32;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
