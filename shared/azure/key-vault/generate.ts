import { generateKeyPair, randomInt } from 'node:crypto';
import { promisify } from 'node:util';
import type { SecretKind } from '../../core/model/secret.ts';
import { Secret } from './secret.ts';

/** Whether one text has a character of each: Windows and Linux images ask for three of the four. */
const CLASSES = ['abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', '0123456789', '-_.~'];
/** None that a shell, XML or a URL gives a meaning to. */
const ALPHABET = CLASSES.join('');
const LENGTH = 32;
/** https://learn.microsoft.com/azure/virtual-machines/linux/mac-create-ssh-keys#supported-ssh-key-formats */
const BITS = 4096;

/** A value of its own. Of the kind `both` it is the JSON object `{ password, sshPrivateKey }`. */
export async function generate(kind: SecretKind): Promise<Secret> {
  if (kind === 'password') return new Secret(password());
  const key = await privateKey();
  return new Secret(kind === 'ssh-key' ? key : JSON.stringify({ password: password(), sshPrivateKey: key }));
}

/** For a user of whom the vault keeps only a key: Batch takes none without a password. */
export function throwawayPassword(): Secret {
  return new Secret(password());
}

function password(): string {
  for (;;) {
    const text = Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
    // A first letter is no option of a command, and no home folder.
    if (/^[A-Za-z]/.test(text) && CLASSES.every((letters) => letters.split('').some((letter) => text.includes(letter))))
      return text;
  }
}

/** In PEM, PKCS#1, without a passphrase. */
async function privateKey(): Promise<string> {
  const { privateKey: key } = await promisify(generateKeyPair)('rsa', {
    modulusLength: BITS,
    publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  return key;
}
