import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { BadInput } from '../cli/io.ts';
import { askedToEnd } from './asked-to-end.ts';

const USAGE = `npm start                    the whole of Batch Warden on an Azure of its own; Ctrl-C ends it
npm start -- --once          the same, and it ends by itself: 0 at rest, 1 when something failed
npm start -- --export DIR    writes the accounts and pools of that Azure as files, and ends`;

/** Where the report stays when all else is gone; git ignores it. */
const REPORT = join(import.meta.dirname, '..', 'demo', 'report.html');

const options = { once: { type: 'boolean' }, export: { type: 'string' }, help: { type: 'boolean' } } as const;

try {
  const { values } = parseArgs({ options });
  if (values.help) {
    console.log(USAGE);
  } else if (values.export !== undefined) {
    const { exportEstate } = await import('./export.ts');
    console.log(await exportEstate(values.export));
  } else {
    const ended = askedToEnd();
    const { tell } = await import('./demo.ts');
    process.exitCode = await tell({ once: values.once ?? false, report: relative('', REPORT), ended });
    // A story that was broken off still asks an Azure that is gone.
    if (process.exitCode > 128) process.exit();
  }
} catch (error) {
  const isUsage = error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  const isBad = error instanceof BadInput;
  console.error(isUsage ? `${error.message}\n\n${USAGE}` : isBad ? error.message : error);
  process.exitCode = isUsage || isBad ? 2 : 1;
}
