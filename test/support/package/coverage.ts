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

/** Of texts in the file whether the code around each ran, as told by the folder that NODE_V8_COVERAGE named. */
export function ran(folder: string, file: string, texts: readonly string[]): boolean[] {
  const code = readFileSync(file, 'utf8');
  const ranges = readdirSync(folder)
    .map((name) => Coverage.parse(JSON.parse(readFileSync(join(folder, name), 'utf8'))))
    .flatMap(({ result }) => result)
    .filter(({ url }) => url.endsWith(file))
    .flatMap((script) => Script.parse(script).functions.flatMap((each) => each.ranges[0] ?? []));
  return texts.map((text) => {
    const at = code.indexOf(text);
    if (at < 0) throw new Error(`${file} has no ${text}`);
    const [innermost] = ranges
      .filter(({ startOffset, endOffset }) => startOffset <= at && at < endOffset)
      .toSorted((a, b) => a.endOffset - a.startOffset - (b.endOffset - b.startOffset));
    if (innermost === undefined) throw new Error(`no function has ${text}`);
    return innermost.count > 0;
  });
}
