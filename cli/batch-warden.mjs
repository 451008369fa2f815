#!/usr/bin/env node
// Plain JavaScript, so that even a Node that cannot read the sources can say so.
if (process.features.typescript) {
  await import('./batch-warden.ts');
} else {
  console.error(`batch-warden needs Node 22.18 or newer; this is Node ${process.versions.node}.`);
  process.exitCode = 2;
}
