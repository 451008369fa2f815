import { parseArgs } from 'node:util';
import { tell } from './demo.ts';

const USAGE = `npm start              the whole of Batch Warden on an Azure of its own; Ctrl-C ends it
npm start -- --once    the same, and it ends by itself: 0 at rest, 1 when something failed`;

try {
  const { values } = parseArgs({ options: { once: { type: 'boolean' }, help: { type: 'boolean' } } });
  if (values.help) console.log(USAGE);
  else process.exitCode = await tell({ once: values.once ?? false });
} catch (error) {
  const isUsage = error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  console.error(isUsage ? `${error.message}\n\n${USAGE}` : error);
  process.exitCode = isUsage ? 2 : 1;
}
