import type { SecretPlace } from '../../core/model/pool-parts.ts';
import type { Place } from './pool-places.ts';

/** Every place of a pool's body that holds a secret in the open, or is opened by one. Nothing of a value is kept. */
export function secretPlaces(places: readonly Place[]): SecretPlace[] {
  return places.flatMap(secretsAt);
}

function secretsAt(place: Place): SecretPlace[] {
  const { path } = place;
  switch (place.kind) {
    case 'text':
      return [...signatureIn(path, place.text), ...accountKeyIn(path, place.text)];
    case 'resource-file':
      return [
        ...signatureIn(`${path}.httpUrl`, place.file.httpUrl),
        ...signatureIn(`${path}.storageContainerUrl`, place.file.storageContainerUrl),
      ];
    case 'environment-setting':
      return place.value ? [{ path, holds: { kind: 'environment-setting', name: place.name } }] : [];
    case 'registry': {
      const { username, identityReference } = place.registry;
      return username && !identityReference?.resourceId ? [{ path, holds: { kind: 'registry-password' } }] : [];
    }
    case 'disk-key':
      return [];
    case 'mount':
      return place.share === 'nfs' || place.identityId !== null
        ? []
        : [{ path, holds: { kind: 'mount-key', share: place.share } }];
  }
}

function accountKeyIn(path: string, text: string | null): SecretPlace[] {
  return text && /AccountKey\s*(?:=|%3D)/i.test(text) ? [{ path, holds: { kind: 'account-key' } }] : [];
}

/** `sig` is the parameter of a shared access signature, after `?` or `&`: also where those are written `\u0026` or `%26`. */
function signatureIn(path: string, text: string | null | undefined): SecretPlace[] {
  return text && /(?<![a-z_-])sig(?:=|%3D)/i.test(text) ? [{ path, holds: { kind: 'signature' } }] : [];
}
