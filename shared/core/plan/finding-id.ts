import { createHash } from 'node:crypto';
import { idKey } from '../model/resource-id.ts';

/** The same violation has the same id for ever: 16 hex digits of rule, resource (without case) and path. */
export function findingId(ruleId: string, resourceId: string, path: string): string {
  return createHash('sha256')
    .update([ruleId, idKey(resourceId), path].join('\n'))
    .digest('hex')
    .slice(0, 16);
}
