import { pendingOf, secretId } from '../model/secret.ts';
import { inOrder, listed } from '../model/words.ts';
import type { Trouble } from './next-step.ts';
import { tagsOf } from './secret-owner.ts';
import type { SeenSecret } from './seen-secret.ts';

interface Words {
  readonly why: string;
  /** What a person does about it. */
  readonly advice: string;
}

/** What stops the rotation of a secret, for a person. */
export function troubleInWords(trouble: Trouble, { secret }: SeenSecret): Words {
  const { user, main } = secret;
  const id = secretId(main);
  const tags = listed(Object.entries(tagsOf(secret)).map(([name, value]) => `${name}=${value}`));
  switch (trouble) {
    case 'missing':
      return {
        why: `The named user ${user} has no secret: there is no version of ${id}.`,
        advice: inOrder(
          `set the secret ${id} to the password that ${user} has, with the tags ${tags}`,
          'or name the secret that has it in namedUsers.bindings',
          'or set namedUsers.mintMissing: true, and the pool is given a new one',
        ),
      };
    case 'lost':
      return {
        why: `The pool was given a password of ${user}, and its secret ${id} has no version any more.`,
        advice: `Recover ${id} in the vault. If it was purged, take the metadata item warden:user:${user} from the pool: then it counts as missing.`,
      };
    case 'disabled':
      return {
        why: `The newest version of the secret ${id} of ${user} is disabled.`,
        advice: `Enable the newest version of ${id}, or add a version: the newest is given to the pool.`,
      };
    case 'foreign':
      return {
        why: `The tags of the secret ${id}, or of that beside it (-pending), say that it belongs to another user than ${user}.`,
        advice: `See who tagged ${id}, and bind another secret to ${user} in namedUsers.bindings.`,
      };
    case 'unclaimed':
      return {
        why: `Nothing says that the secret ${id}, or that beside it (-pending), belongs to ${user}: a name alone is no proof.`,
        advice: `If the secret is that of ${user}, add a version with the tags ${tags}, or bind it in namedUsers.bindings.`,
      };
    case 'undone':
      return {
        why: `The secret ${id} of ${user} is due, and the versions that were made to replace it are disabled by somebody.`,
        advice: `See who disables the versions of ${secretId(pendingOf(main))}, then enable the latest of them, or add a version to ${id}.`,
      };
    case 'unclear':
      return {
        why: `Which version of the secret ${id} of ${user} is current is not clear: two were made in one second.`,
        advice: `Add to ${id} the version that is to hold: the newest is given to the pool.`,
      };
  }
}
