import type { HeldSecret, SecretPlace } from '../../core/model/pool-parts.ts';
import { secretsInSettings } from '../../core/plain-secrets/secrets-in-settings.ts';
import { secretsIn, secretsOf } from '../../core/plain-secrets/secrets-in-text.ts';
import { shown } from './place-names.ts';
import type { Place } from './pool-places.ts';

/** Every place of a pool's body that holds a secret in the open, or is opened by one. Nothing of a value is kept. */
export function secretPlaces(places: readonly Place[]): SecretPlace[] {
  return places.flatMap(secretsAt);
}

function secretsAt(place: Place): SecretPlace[] {
  const { path } = place;
  switch (place.kind) {
    case 'text':
      return inText(path, place.text);
    case 'resource-file':
      return [
        ...inText(`${path}.httpUrl`, place.file.httpUrl),
        ...inText(`${path}.storageContainerUrl`, place.file.storageContainerUrl),
      ];
    case 'named-text':
      return secretsOf(place.name, place.text ?? '').map((holds) => at(path, place.name, holds));
    case 'settings':
      return secretsInSettings(place.settings).map(({ name, holds }) => at(path, name, holds));
    case 'registry': {
      const { username, identityReference } = place.registry;
      return username && !identityReference?.resourceId
        ? [{ path, name: null, holds: { kind: 'registry-password' } }]
        : [];
    }
    case 'disk-key':
      return [];
    case 'mount':
      return place.share === 'nfs' || place.identityId !== null
        ? []
        : [{ path, name: null, holds: { kind: 'mount-key', share: place.share } }];
  }
}

function inText(path: string, text: string | null | undefined): SecretPlace[] {
  return secretsIn(text ?? '').map((holds) => at(path, null, holds));
}

function at(path: string, name: string | null, holds: HeldSecret): SecretPlace {
  return {
    path,
    name: name === null ? null : shown(name),
    holds: holds.kind === 'named' ? { kind: 'named', name: shown(holds.name) } : holds,
  };
}
