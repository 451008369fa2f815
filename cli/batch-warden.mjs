#!/usr/bin/env node
// Plain JavaScript, so that even a Node that cannot read the sources can say so.
if (process.features.typescript) {
  const { enableCompileCache } = await import('node:module');
  const { default: path } = await import('node:path');
  // Compiled once, not at each run. Beside the packages, for who may write there may change the code anyway.
  enableCompileCache(path.join(import.meta.dirname, '../node_modules/.cache/batch-warden'));
  await import('./batch-warden.ts');
} else {
  console.error(`batch-warden needs Node 22.18 or newer; this is Node ${process.versions.node}.`);
  process.exitCode = 2;
}
