import { copyFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { build, type Plugin } from 'rolldown';
import { functionFiles } from '../local/function-files.ts';
import packageJson from '../package.json' with { type: 'json' };
import { chunksInOneFile } from './chunks-in-one-file.ts';

/*
 * `npm run package`: what is deployed, in `package/`. The functions and all that they need are one file: the Functions
 * host loads it in a third of the time that separate files take.
 */

const ROOT = join(import.meta.dirname, '..');

/** Makes the folder anew: `host.json`, `package.json`, `dist/main.cjs` and its source map. It needs no `node_modules`. */
export async function makePackage(folder: string, files: readonly string[] = functionFiles()): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  await build({
    input: ENTRY,
    cwd: ROOT,
    platform: 'node',
    // The Node worker provides it to the app.
    external: ['@azure/functions-core'],
    // Some packages have ECMAScript modules for bundlers only. With those, what they share is there once.
    resolve: { mainFields: ['module', 'main'] },
    transform: { target: 'node22' },
    plugins: [entryOf(files), withoutArrow, withoutMaps, chunksInOneFile],
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
  await makePackage(folder);
  const size = statSync(join(folder, 'dist', 'main.cjs')).size / 1024 / 1024;
  process.stdout.write(`package/: ${functionFiles().length} functions in dist/main.cjs, ${size.toFixed(1)} MB\n`);
}
