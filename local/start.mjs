// Plain JavaScript, so that even an old Node can say what is missing.
const major = Number(process.versions.node.split('.')[0]);
try {
  if (major < 24) throw new Error(`this is Node ${process.versions.node}, and Node 24 comes with the packages`);
  await import('azurite/package.json', { with: { type: 'json' } });
} catch (error) {
  console.error(`Batch Warden cannot start: ${error.message}.\nRun "npm ci" in this folder, then "npm start" again.`);
  process.exit(1);
}
await import('./main.ts');
