import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const Coverage = z.object({ result: z.array(z.looseObject({ url: z.string() })) });
const Script = z.object({
  functions: z.array(
    z.object({
      ranges: z.array(z.object({ startOffset: z.number(), endOffset: z.number(), count: z.number() })).min(1),
    }),
  ),
});

/** Whether the code around a text of the file ran, as told by the folder that NODE_V8_COVERAGE named. */
export function ran(folder: string, file: string, text: string): boolean {
  const at = readFileSync(file, 'utf8').indexOf(text);
  if (at < 0) throw new Error(`${file} has no ${text}`);
  const scripts = readdirSync(folder)
    .map((name) => Coverage.parse(JSON.parse(readFileSync(join(folder, name), 'utf8'))))
    .flatMap(({ result }) => result)
    .filter(({ url }) => url.endsWith(file))
    .map((script) => Script.parse(script));
  const around = scripts
    .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges[0] ?? []))
    .filter(({ startOffset, endOffset }) => startOffset <= at && at < endOffset)
    .toSorted((a, b) => a.endOffset - a.startOffset - (b.endOffset - b.startOffset));
  const [innermost] = around;
  if (innermost === undefined) throw new Error(`no function has ${text}`);
  return innermost.count > 0;
}
