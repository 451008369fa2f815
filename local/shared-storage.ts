import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Certificate, makeCertificate } from './certificate.ts';
import { type LocalStorage, startAzurite } from './storage.ts';

type Endpoints = Omit<LocalStorage, 'stop'>;

/** What `shareStorage` leaves in its folder. */
interface Shared {
  readonly certificate: Certificate;
  readonly accounts: readonly Endpoints[];
}

/**
 * One Azurite for many processes, as each takes more than a second of a core to start.
 * @param folder private to this user: the key of its certificate is kept there
 * @returns ends it
 */
export async function shareStorage(folder: string, most: number): Promise<() => Promise<void>> {
  const certificate = await makeCertificate();
  const names = Array.from({ length: most }, (_, n) => `batchwarden${n}`);
  const { account, stop } = await startAzurite(certificate, names);
  const shared: Shared = { certificate, accounts: names.map(account) };
  writeFileSync(join(folder, 'shared.json'), JSON.stringify(shared), { mode: 0o600 });
  return stop;
}

/** An account that no other has taken, of those that are shared in that folder. It ends with them. */
export function takeStorage(folder: string): { certificate: Certificate; storage: LocalStorage } {
  // Written by `shareStorage`.
  const { certificate, accounts } = JSON.parse(readFileSync(join(folder, 'shared.json'), 'utf8')) as Shared;
  const endpoints = accounts.find((_, n) => take(join(folder, `taken-${n}`)));
  if (endpoints === undefined) throw new Error(`All ${accounts.length} shared storage accounts are taken: share more.`);
  return { certificate, storage: { ...endpoints, stop: async () => {} } };
}

/** @returns whether no other process had taken it */
function take(folder: string): boolean {
  return mkdirSync(folder, { recursive: true }) !== undefined;
}
