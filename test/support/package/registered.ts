// node registered.ts FILE... : prints as JSON what the files register. Its stack and 1 when one cannot be loaded.
import { app } from '../../../local/host/core.ts';
import { loadApp } from '../../../local/host/load.ts';

try {
  await loadApp(process.argv.slice(2), process.env);
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
const functions = [...app.functions.values()].map(({ metadata }) => metadata);
process.stdout.write(JSON.stringify({ node: process.versions.node, functions }));
