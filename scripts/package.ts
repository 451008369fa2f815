import { createHash } from 'node:crypto';
import { copyFileSync, globSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Plugin } from 'rolldown';
import { functionFiles } from '../local/function-files.ts';
import packageJson from '../package.json' with { type: 'json' };
import { bundle, ROOT, SOURCE_MAPS_ON } from './bundle.ts';
import { sbomOf } from './sbom.ts';
import { thirdPartyNotices } from './third-party-notices.ts';

/*
 * `npm run package`: what is deployed, in `package/`. The functions and all that they need are one file: the Functions
 * host loads it in a third of the time that separate files take. Beside the folder: what is in it, `package.cdx.json`, and the
 * SHA-256 of each of its files, `package.sha256`. The same sources and lock file always give the same bytes.
 */

/**
 * Makes the folder anew: `host.json`, `package.json`, `THIRD-PARTY-NOTICES`, `dist/main.cjs` and its source map. It needs no
 * `node_modules`. Gives how many packages it has code of.
 */
export async function makePackage(folder: string, files: readonly string[] = functionFiles()): Promise<number> {
  rmSync(folder, { recursive: true, force: true });
  const packages = await bundle({
    input: ENTRY,
    dir: join(folder, 'dist'),
    plugins: [entryOf(files)],
    banner: SOURCE_MAPS_ON,
  });
  copyFileSync(join(ROOT, 'host.json'), join(folder, 'host.json'));
  const { name, version, license } = packageJson;
  const staged = { name, version, private: true, license, main: 'dist/main.cjs' };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(staged, null, 2)}\n`);
  writeFileSync(join(folder, 'THIRD-PARTY-NOTICES'), thirdPartyNotices(packages));
  writeFileSync(`${folder}.cdx.json`, sbomOf(packageJson, packages));
  writeFileSync(`${folder}.sha256`, hashesOf(folder));
  return packages.length;
}

/** A line for each file, as `sha256sum` writes and checks them. */
function hashesOf(folder: string): string {
  const files = globSync('**', { cwd: folder, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => relative(folder, join(parentPath, name)).split(sep).join('/'));
  const hash = (path: string) =>
    createHash('sha256')
      .update(readFileSync(join(folder, path)))
      .digest('hex');
  return paths
    .toSorted()
    .map((path) => `${hash(path)}  ${path}\n`)
    .join('');
}

const ENTRY = 'every function';
const OF_ENTRY = /^every function$/;

function entryOf(files: readonly string[]): Plugin {
  return {
    name: 'entry',
    // A hook without a filter is called for every module, which takes a quarter of the time.
    resolveId: { filter: { id: OF_ENTRY }, handler: (id) => id },
    load: {
      filter: { id: OF_ENTRY },
      handler: () => files.map((file) => `import ${JSON.stringify(file)};\n`).join(''),
    },
  };
}

if (import.meta.main) {
  const folder = join(ROOT, 'package');
  const packages = await makePackage(folder);
  const size = statSync(join(folder, 'dist', 'main.cjs')).size / 1024 / 1024;
  process.stdout.write(`package/: ${functionFiles().length} functions in dist/main.cjs, ${size.toFixed(1)} MB
package.cdx.json: the ${packages} packages that it has code of
package.sha256:
${readFileSync(`${folder}.sha256`, 'utf8')}`);
}
