import type { IdentityReference } from '../../core/model/pool.ts';
import type { Place } from './pool-places.ts';

/** Every `identityReference` of a pool's body that names an identity. */
export function identityReferences(places: readonly Place[]): IdentityReference[] {
  return places.flatMap((place) => {
    const identityId = identityOf(place);
    return identityId ? [{ path: `${place.path}.identityReference`, identityId }] : [];
  });
}

function identityOf(place: Place): string | null | undefined {
  switch (place.kind) {
    case 'resource-file':
      return place.file.identityReference?.resourceId;
    case 'registry':
      return place.registry.identityReference?.resourceId;
    case 'mount':
    case 'disk-key':
      return place.identityId;
    case 'text':
    case 'named-text':
    case 'settings':
      return null;
  }
}
