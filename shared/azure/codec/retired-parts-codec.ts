import { z } from 'zod';
import type { RetiredParts } from '../../core/model/retired-parts.ts';

const Text = z.string().nullish();
const PoolBody = z.looseObject({
  id: z.string(),
  properties: z.looseObject({
    certificates: z.array(z.looseObject({ id: z.string() })).nullish(),
    targetNodeCommunicationMode: Text,
    currentNodeCommunicationMode: Text,
  }),
});

/** Null for what is not as specified. */
export function decodeRetiredParts(source: unknown): RetiredParts | null {
  const body = PoolBody.safeParse(source);
  if (!body.success) return null;
  const { id, properties } = body.data;
  return {
    poolId: id,
    certificateIds: (properties.certificates ?? []).map((certificate) => certificate.id),
    targetCommunicationMode: properties.targetNodeCommunicationMode ?? null,
    currentCommunicationMode: properties.currentNodeCommunicationMode ?? null,
  };
}

/** Of a body of an unknown version; null where it shows none of them. */
export function shownRetiredParts(source: unknown): RetiredParts | null {
  const parts = decodeRetiredParts(source);
  if (parts === null) return null;
  const { certificateIds, targetCommunicationMode, currentCommunicationMode } = parts;
  const isShown = certificateIds.length > 0 || (targetCommunicationMode ?? currentCommunicationMode) !== null;
  return isShown ? parts : null;
}
