import type { Pool } from '../model/pool.ts';
import type { MetadataItem } from '../model/pool-settings.ts';
import type { Drain } from './drain.ts';

/** The metadata item by which a pool says that a drain of ours holds it at zero. Whoever writes the pool can write it. */
const NAME = 'warden:drain';

/** The ids of drains that the pool says it is under. */
export function marksOf({ settings }: Pool): readonly string[] {
  return settings.metadata.filter(isMark).map(({ value }) => value ?? '');
}

/** The others' items stay as they were read. */
export function withMark(metadata: readonly MetadataItem[], drainId: string): readonly MetadataItem[] {
  return [...withoutMark(metadata), { name: NAME, value: drainId, unmodelled: {} }];
}

export function withoutMark(metadata: readonly MetadataItem[]): readonly MetadataItem[] {
  return metadata.filter((item) => !isMark(item));
}

function isMark({ name }: MetadataItem): boolean {
  return name === NAME;
}

/** Whether the drain is of this very pool, not of one that had its name before. */
export function isOf(drain: Drain, { creationTime }: Pool): boolean {
  return drain.creationTime.getTime() === creationTime?.getTime();
}
