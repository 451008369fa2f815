import { execSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';

// Stages what is deployed in dist/app: the compiled functions, and only the packages that they need.

const root = join(import.meta.dirname, '..', '..');
const staged = join(root, 'dist', 'app');
const run = (command, cwd) => execSync(command, { cwd, stdio: 'inherit' });

rmSync(join(root, 'dist'), { recursive: true, force: true });
run('npm ci --no-audit --no-fund', root);
run('npm run build', root);
for (const name of ['host.json', 'package.json', 'package-lock.json']) cpSync(join(root, name), join(staged, name));
for (const name of ['functions', 'shared']) {
  cpSync(join(root, 'dist', name), join(staged, 'dist', name), { recursive: true });
}
run('npm ci --omit=dev --ignore-scripts --no-audit --no-fund', staged);
