import { dirname, join, relative, resolve, sep } from 'node:path';
import { build, type Plugin } from 'rolldown';
import { type BundledPackage, modulesInto, packagesOf } from './bundled-packages.ts';
import { type Apart, chunksInOneFile } from './chunks-in-one-file.ts';

export const ROOT = join(import.meta.dirname, '..');

interface Bundle {
  readonly input: string;
  /** Where `main.cjs` goes, and its map. */
  readonly dir: string;
  /** What finds or makes modules of this bundle alone. */
  readonly plugins: readonly Plugin[];
  /** The first lines of the file. */
  readonly banner: string;
  readonly apart?: Apart;
}

/** Makes one file of an entry and all that it needs. The same sources and lock file always give the same bytes. */
export async function bundle({ input, dir, plugins, banner, apart }: Bundle): Promise<readonly BundledPackage[]> {
  const modules = new Set<string>();
  await build({
    input,
    cwd: ROOT,
    platform: 'node',
    // The Node worker provides it to the app.
    external: ['@azure/functions-core'],
    // Some packages have ECMAScript modules for bundlers only. With those, what they share is there once.
    resolve: { mainFields: ['module', 'main'] },
    transform: { target: 'node22' },
    plugins: [...plugins, withoutArrow, withoutMaps, modulesInto(modules), chunksInOneFile(apart ?? null)],
    output: {
      dir,
      entryFileNames: 'main.cjs',
      format: 'cjs',
      minify: true,
      banner: ({ isEntry }) => (isEntry ? banner : ''),
      sourcemap: true,
      sourcemapExcludeSources: true,
      sourcemapPathTransform: (path, map) => `../${fromRoot(resolve(dirname(map), path))}`,
    },
    onLog(level, { message }) {
      if (level === 'warn') throw new Error(message); // an import that is not found is only a warning
    },
  });
  return packagesOf(modules, ROOT);
}

/*
 * Node looks for the source map of a file when it compiles the file, if maps are on by then. For this file that was
 * before its first line: so once they are on, a file without content is compiled under the same name.
 *
 * For the same reason `module.enableCompileCache()` does nothing for a single file. Where another file switches it on, a
 * new instance of the app finds the cache empty, and starts slower for writing it.
 */
export const SOURCE_MAPS_ON = `process.setSourceMapsEnabled(true);
module._compile('//# sourceMappingURL=main.cjs.map', __filename);`;

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
