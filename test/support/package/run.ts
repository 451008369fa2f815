// node run.ts FILE (FUNCTION INPUT)... : loads the app, runs functions with JSON texts; prints of each what it logs, as JSON.
import { invoker } from '../../../local/host/invoke.ts';
import { loadApp } from '../../../local/host/load.ts';

const [file = '', ...calls] = process.argv.slice(2);
const functions = await loadApp([file], process.env);
const ended: { failed: boolean; out: string }[] = [];
for (let n = 0; n < calls.length; n += 2) {
  const [name = '', json = ''] = calls.slice(n);
  const called = functions.get(name);
  if (called === undefined) throw new Error(`There is no function ${name}.`);
  const lines: string[] = [];
  const failed = await invoker(({ message }) => lines.push(message))(called, { json }).then(
    () => false,
    () => true, // it has been logged
  );
  ended.push({ failed, out: lines.join('\n') });
}
process.stdout.write(JSON.stringify(ended));
