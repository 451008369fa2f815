// node run.ts FILE FUNCTION INPUT : loads the app, runs one function with the JSON text, prints what it logs.
import { invoker } from '../../../local/host/invoke.ts';
import { loadApp } from '../../../local/host/load.ts';

const [file = '', name = '', json = ''] = process.argv.slice(2);
const called = (await loadApp([file], process.env)).get(name);
if (called === undefined) throw new Error(`There is no function ${name}.`);
const run = invoker(({ message }) => process.stdout.write(`${message}\n`));
await run(called, { json }).catch(() => {
  process.exitCode = 1; // it has been logged
});
