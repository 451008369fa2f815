import { execFileSync } from 'node:child_process';
import packageJson from '../package.json' with { type: 'json' };

/**
 * The version of what is built from a folder: "1.2.3" at a tag `v1.2.3` without changes, else a version before that of
 * `package.json`, which names the commit and its time (UTC), as in "0.1.0-dev.20261128175012.g17770a5b1c2d". ".dirty" at its
 * end says that files differ from the commit; "0.1.0-dev" alone, that there is no Git to ask.
 */
export function versionOf(folder: string): string {
  const next = `${packageJson.version}-dev`;
  // What stands inside another project's clone, such as an unpacked archive, is not of its commits.
  if (git(folder, 'rev-parse', '--show-prefix') !== '') return next;
  const isDirty = git(folder, 'status', '--porcelain') !== '';
  const tag = git(folder, 'describe', '--exact-match', '--tags', '--match', 'v[0-9]*.[0-9]*.[0-9]*');
  if (tag !== null && !isDirty) return tag.slice(1);
  const commit = git(
    folder,
    'show',
    '-s',
    '--abbrev=12',
    '--date=format-local:%Y%m%d%H%M%S',
    '--format=%cd.g%h',
    'HEAD',
  );
  return [next, ...(commit === null ? [] : [commit]), ...(isDirty ? ['dirty'] : [])].join('.');
}

/** Null where it does not know: there is no Git, no commit, no such tag. */
function git(folder: string, ...args: readonly string[]): string | null {
  try {
    const env = { ...process.env, TZ: 'UTC' };
    return execFileSync('git', args, {
      cwd: folder,
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return null;
  }
}
