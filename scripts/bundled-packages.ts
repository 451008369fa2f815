import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Plugin } from 'rolldown';
import { z } from 'zod';

/** A package of npm of which a bundle has code. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** As its `package.json` says it, as in "MIT". */
  readonly license: string;
  /** The texts that it brings of its licence and its notices. */
  readonly texts: readonly string[];
  /** Of the file of the registry that it came from, by the lock file: as in "sha512-...". */
  readonly integrity: string;
}

/** Collects the ids of the modules that a bundle really has code of. It stands before what puts chunks together. */
export function modulesInto(ids: Set<string>): Plugin {
  return {
    name: 'bundled-modules',
    generateBundle(_options, bundle) {
      for (const output of Object.values(bundle)) {
        if (output.type !== 'chunk') continue;
        for (const [id, { renderedLength }] of Object.entries(output.modules)) if (renderedLength > 0) ids.add(id);
      }
    },
  };
}

/** The packages that modules are of, by name and version; each version once. @throws Error for one without a licence */
export function packagesOf(ids: ReadonlySet<string>, root: string): BundledPackage[] {
  const lock = Lock.parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')));
  const folders = new Set([...ids].flatMap((id) => folderOf(id, root) ?? []));
  const packages = [...folders].map((folder): BundledPackage => {
    const { name, version, license, author } = Manifest.parse(
      JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')),
    );
    const locked = lock.packages[relative(root, folder).split(sep).join('/')];
    if (locked?.version !== version) throw new Error(`${name} ${version} is not what the lock file has: run npm ci`);
    return { name, version, license, texts: textsIn(folder, root, { license, author }), integrity: locked.integrity };
  });
  const distinct = new Map(packages.map((one) => [`${one.name} ${one.version}`, one]));
  return [...distinct].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

const Lock = z.object({
  packages: z.record(z.string(), z.object({ version: z.string().default(''), integrity: z.string().default('') })),
});

const Manifest = z.object({
  name: z.string(),
  version: z.string(),
  license: z.string(),
  author: z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)]).optional(),
});

/** Null for a module of the project, and for what a plugin makes. */
function folderOf(id: string, root: string): string | null {
  // What the bundler adds of its own, so that modules find each other.
  if (id.startsWith('\0rolldown/')) return join(root, 'node_modules', 'rolldown');
  const [, folder] = /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)/.exec(id) ?? [];
  return folder ?? null;
}

function textsIn(
  folder: string,
  root: string,
  { license, author }: Pick<z.infer<typeof Manifest>, 'license' | 'author'>,
): string[] {
  const files = readdirSync(folder).filter((name) => /^(?:licen[cs]e|copying|notice)(?:\.(?:md|txt))?$/i.test(name));
  if (files.length > 0) return files.toSorted().map((name) => readFileSync(join(folder, name), 'utf8'));
  // It names its licence and forgot the text: our own has the same.
  if (license !== 'MIT' || author === undefined) throw new Error(`${folder} brings no text of its licence, ${license}`);
  return [readFileSync(join(root, 'LICENSE'), 'utf8').replace(/^Copyright .*$/m, `Copyright (c) ${author}`)];
}
