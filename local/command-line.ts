import { run } from '../cli/program.ts';
import type { Paint } from '../shared/report/terminal/terminal.ts';

interface Told {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

interface Around {
  readonly stdin?: string;
  /** Columns; 80, unless told. */
  readonly width?: number;
  /** No colours, unless told. */
  readonly paint?: Paint;
}

/** The command line in this process, and what it printed. */
export async function commandLine(
  args: readonly string[],
  { stdin = '', width = 80, paint = (_, text) => text }: Around = {},
): Promise<Told> {
  let out = '';
  let err = '';
  const code = await run(args, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    stdin: async () => new TextEncoder().encode(stdin),
    paint,
    width,
    showsProgress: false,
  });
  return { code, out, err };
}
