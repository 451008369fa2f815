import { styleText } from 'node:util';
import { redacted } from '../shared/core/plain-secrets/redacted.ts';
import type { Io } from './io.ts';

const { stdin, stdout, stderr } = process;

function crash(error: unknown): void {
  process.exitCode = 3;
  stderr.write(`This is a fault of batch-warden itself, not of your input:\n${redacted(describe(error))}\n`);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

const io: Io = {
  out: (text) => void stdout.write(text),
  err: (text) => void stderr.write(text),
  stdin: async () => Buffer.concat(await Array.fromAsync(stdin)),
  // styleText looks at the stream, NO_COLOR and FORCE_COLOR.
  paint: (styles, text) => styleText([...styles], text, { stream: stdout }),
  width: Math.min(stdout.columns ?? 120, 140),
  showsProgress: stderr.isTTY,
  redraws: stderr.isTTY,
};

process.on('uncaughtException', crash);
// Nobody reads what went wrong: telling it again would never end.
stderr.on('error', () => process.exit());
stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Who reads has had enough, as in `| head`.
  if (error.code !== 'EPIPE') crash(error);
});

async function main(): Promise<void> {
  try {
    // A fault while loading is one of the program too, not exit code 1.
    const { run } = await import('./program.ts');
    process.exitCode = await run(process.argv.slice(2), io);
  } catch (error) {
    crash(error);
  }
}

// Not awaited here: the package is of CommonJS modules, which cannot.
void main();
