import { createHash } from 'node:crypto';
import { copyFileSync, globSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { build, type Plugin } from 'rolldown';
import { functionFiles } from '../local/function-files.ts';
import packageJson from '../package.json' with { type: 'json' };
import { modulesInto, packagesOf } from './bundled-packages.ts';
import { chunksInOneFile } from './chunks-in-one-file.ts';
import { sbomOf } from './sbom.ts';
import { thirdPartyNotices } from './third-party-notices.ts';

/*
 * `npm run package`: what is deployed, in `package/`. The functions and all that they need are one file: the Functions
 * host loads it in a third of the time that separate files take. Beside the folder: what is in it, `package.cdx.json`, and the
 * SHA-256 of each of its files, `package.sha256`. The same sources and lock file always give the same bytes.
 */

const ROOT = join(import.meta.dirname, '..');

/**
 * Makes the folder anew: `host.json`, `package.json`, `THIRD-PARTY-NOTICES`, `dist/main.cjs` and its source map. It needs no
 * `node_modules`. Gives how many packages it has code of.
 */
export async function makePackage(folder: string, files: readonly string[] = functionFiles()): Promise<number> {
  rmSync(folder, { recursive: true, force: true });
  const modules = new Set<string>();
  await build({
    input: ENTRY,
    cwd: ROOT,
    platform: 'node',
    // The Node worker provides it to the app.
    external: ['@azure/functions-core'],
    // Some packages have ECMAScript modules for bundlers only. With those, what they share is there once.
    resolve: { mainFields: ['module', 'main'] },
    transform: { target: 'node22' },
    plugins: [entryOf(files), withoutArrow, withoutMaps, modulesInto(modules), chunksInOneFile],
    output: {
      dir: join(folder, 'dist'),
      entryFileNames: 'main.cjs',
      format: 'cjs',
      minify: true,
      banner: ({ isEntry }) => (isEntry ? SOURCE_MAPS_ON : ''),
      sourcemap: true,
      sourcemapExcludeSources: true,
      sourcemapPathTransform: (path, map) => `../${fromRoot(resolve(dirname(map), path))}`,
    },
    onLog(level, { message }) {
      if (level === 'warn') throw new Error(message); // an import that is not found is only a warning
    },
  });
  copyFileSync(join(ROOT, 'host.json'), join(folder, 'host.json'));
  const { name, version, license } = packageJson;
  const staged = { name, version, private: true, license, main: 'dist/main.cjs' };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(staged, null, 2)}\n`);
  const packages = packagesOf(modules, ROOT);
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

/*
 * Node looks for the source map of a file when it compiles the file, if maps are on by then. For this file that was
 * before its first line: so once they are on, a file without content is compiled under the same name.
 *
 * For the same reason `module.enableCompileCache()` does nothing for a single file. Where another file switches it on, a
 * new instance of the app finds the cache empty, and starts slower for writing it.
 */
const SOURCE_MAPS_ON = `process.setSourceMapsEnabled(true);
module._compile('//# sourceMappingURL=main.cjs.map', __filename);`;

const ENTRY = 'every function';

function entryOf(files: readonly string[]): Plugin {
  return {
    name: 'entry',
    resolveId: (id) => (id === ENTRY ? id : null),
    load: (id) => (id === ENTRY ? files.map((file) => `import ${JSON.stringify(file)};\n`).join('') : null),
  };
}

/** The client of blobs has it for lists in a format that we do not ask for. It would be a tenth of the file. */
const withoutArrow: Plugin = {
  name: 'without-arrow',
  resolveId: { filter: { id: /^apache-arrow$/ }, handler: (id) => `\0${id}` },
  load: {
    filter: { id: /^\0apache-arrow$/ },
    handler: () => "export function tableFromIPC() { throw new Error('apache-arrow is not in the package'); }",
  },
};

/** With the lines of packages the map would be five times as large, and Node would take 60 MB for it at the first error. */
const withoutMaps: Plugin = {
  name: 'packages-without-maps',
  transform: { filter: { id: /[\\/]node_modules[\\/]|\.json$/ }, handler: (code) => ({ code, map: { mappings: '' } }) },
};

function fromRoot(path: string): string {
  return relative(ROOT, path).split(sep).join('/');
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
