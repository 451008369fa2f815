import { copyFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'rolldown';
import packageJson from '../package.json' with { type: 'json' };
import { rules } from '../shared/rules/index.ts';
import { bundle, ROOT, SOURCE_MAPS_ON } from './bundle.ts';
import { thirdPartyNotices } from './third-party-notices.ts';
import { versionOf } from './version.ts';

/*
 * `npm run package:cli`: the command line as a package of npm, in `package-cli/`. It needs no other package and no network to
 * be installed: all code is one file, of which what reaches Azure is compiled when it is first used.
 */

/** Scoped: who installs by mistake a name that nobody registered gets what a stranger registers. */
const NAME = '@batch-warden/cli';

/** Makes the folder anew. Gives how many packages it has code of. */
export async function makeCliPackage(folder: string, version: string): Promise<number> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'bin'), { recursive: true });
  const packages = await bundle({
    input: join(ROOT, 'cli', 'batch-warden.ts'),
    dir: join(folder, 'dist'),
    plugins: [withVersion(version), withRulePages],
    banner: SOURCE_MAPS_ON,
    apart: { fileName: 'azure.cjs', modules: /[\\/]node_modules[\\/]@(?:azure|azure-rest|typespec)[\\/]/ },
  });
  writeFileSync(join(folder, 'bin', 'batch-warden.cjs'), launcherFor(packageJson.engines.node));
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifestOf(version), null, 2)}\n`);
  writeFileSync(join(folder, 'THIRD-PARTY-NOTICES'), thirdPartyNotices(packages));
  copyFileSync(join(ROOT, 'LICENSE'), join(folder, 'LICENSE'));
  writeFileSync(join(folder, 'README.md'), README);
  return packages.length;
}

function manifestOf(version: string) {
  const { description, license, engines } = packageJson;
  return {
    name: NAME,
    version,
    description,
    license,
    type: 'commonjs',
    bin: { 'batch-warden': 'bin/batch-warden.cjs' },
    files: ['bin', 'dist', 'THIRD-PARTY-NOTICES'],
    engines,
  };
}

const README = `# Batch Warden

Judges Azure Batch accounts and pools by rules of compliance, from files or from Azure.

    batch-warden --help
    batch-warden scan --input account.json pools.json
    batch-warden explain pool-remote-access
`;

/** In words that the oldest Node reads. @param range of versions, as in ">=22.18" */
function launcherFor(range: string): string {
  const [, major, minor] = /^>=(\d+)\.(\d+)$/.exec(range) ?? [];
  if (major === undefined || minor === undefined) throw new Error(`engines.node is not of the form >=22.18: ${range}`);
  return `#!/usr/bin/env node
var own = process.versions.node.split('.');
if (own[0] > ${major} || (own[0] == ${major} && own[1] >= ${minor})) {
  require('../dist/main.cjs');
} else {
  console.error('batch-warden needs Node ${major}.${minor} or newer; this is Node ' + process.versions.node + '.');
  process.exitCode = 2;
}
`;
}

function withVersion(version: string): Plugin {
  return {
    name: 'with-version',
    load: {
      filter: { id: /[\\/]package\.json$/ },
      handler: (id) => (id === join(ROOT, 'package.json') ? JSON.stringify({ version }) : null),
    },
  };
}

const withRulePages: Plugin = {
  name: 'with-rule-pages',
  load: { filter: { id: /[\\/]cli[\\/]rule-page\.ts$/ }, handler: rulePagesModule },
};

function rulePagesModule(): string {
  const pages = rules.map(({ id }) => [id, readFileSync(join(ROOT, 'docs', 'rules', `${id}.md`), 'utf8')]);
  return `const pages = new Map(${JSON.stringify(pages)});
export async function rulePage(id) { return pages.get(id); }`;
}

if (import.meta.main) {
  const folder = join(ROOT, 'package-cli');
  const version = versionOf(ROOT);
  const packages = await makeCliPackage(folder, version);
  const size = statSync(join(folder, 'dist', 'main.cjs')).size / 1024 / 1024;
  process.stdout.write(`package-cli/: ${NAME} ${version}, ${size.toFixed(1)} MB in dist/main.cjs, with code of ${packages} packages
To install it: npm install --global ./package-cli
To hand it on: npm pack ./package-cli
`);
}
