import type { Deployment } from './pool.ts';
import { isWindows } from './pool.ts';

/** An elevation level as Batch means it, of a named user or of an auto-user; null for a word that is not known. */
export function elevationOf(level: string | null): 'Admin' | 'NonAdmin' | null {
  const word = (level ?? 'NonAdmin').toLowerCase();
  return word === 'admin' ? 'Admin' : word === 'nonadmin' ? 'NonAdmin' : null;
}

/** Whether two names are of one user: to Windows case does not matter. Null where only case differs and the system is not shown. */
export function sameUserName(a: string, b: string, deployment: Deployment | null): boolean | null {
  if (a === b) return true;
  if (a.toLowerCase() !== b.toLowerCase()) return false;
  return deployment === null ? null : isWindows(deployment);
}
