import { decode, encode, type SourceMapSegment } from '@jridgewell/sourcemap-codec';
import type { OutputAsset, OutputChunk, Plugin } from 'rolldown';
import { z } from 'zod';

/** Chunks for a second file, which is read when one of them is first used. */
export interface Apart {
  /** As in "azure.cjs": it stands beside the entry. */
  readonly fileName: string;
  /** Of ids of modules. A chunk that has code of one such stands apart. */
  readonly modules: RegExp;
}

/**
 * Puts the chunks of a bundle into its entry, each as a function that runs on first use. What is not used yet V8 then only
 * skims. The bundler's own single file mixes the chunks: V8 has to know every class of them at once, which takes twice the
 * time and the memory. Skimming takes time as well: what most runs do not use may stand apart, without a map.
 */
export function chunksInOneFile(apart: Apart | null): Plugin {
  return {
    name: 'chunks-in-one-file',
    generateBundle(_options, bundle) {
      const outputs = Object.values(bundle);
      const assets = new Map(outputs.flatMap((one) => (one.type === 'asset' ? [[one.fileName, one] as const] : [])));
      const chunks = outputs.filter((one) => one.type === 'chunk');
      const [entry, ...others] = chunks.toSorted((a, b) => Number(b.isEntry) - Number(a.isEntry));
      if (entry === undefined) throw new Error('The bundle has no entry.');
      const isFar = (chunk: OutputChunk) => apart !== null && hasCodeOf(apart.modules, chunk);
      const { code, comment } = parts(entry, chunks);
      const elsewhere = apart === null ? '' : ` ?? require("./${apart.fileName}")(${MODULE})[name]`;
      const near = functionsAfter(
        `${code}
function ${MODULE}(name) {
  const known = ${MODULE}.known ??= { ${JSON.stringify(`./${entry.fileName}`)}: exports };
  if (known[name] === undefined) (${NAMED}()[name]${elsewhere})(known[name] = {});
  return known[name];
}
`,
        others.filter((chunk) => !isFar(chunk)),
        chunks,
      );
      entry.code = `${near.code}${comment}`;
      joinMaps(assets, entry, near.starts);
      for (const { fileName } of others) {
        delete bundle[fileName];
        delete bundle[`${fileName}.map`];
      }
      if (apart === null) return;
      const head = `let ${MODULE};\nmodule.exports = (main) => (${MODULE} = main, ${NAMED}());\n`;
      const far = functionsAfter(head, others.filter(isFar), chunks);
      this.emitFile({ type: 'asset', fileName: apart.fileName, source: far.code });
    },
  };
}

/** As long as `require`, so that columns stay as the map has them; longer than any name that the minifier gives. */
const MODULE = '$module';
const NAMED = '$named';

function hasCodeOf(ids: RegExp, { modules }: OutputChunk): boolean {
  return Object.entries(modules).some(([id, { renderedLength }]) => renderedLength > 0 && ids.test(id));
}

interface Start {
  readonly chunk: OutputChunk;
  /** From 0. */
  readonly offset: { readonly line: number; readonly column: number };
}

/** The text with a function for each of the chunks, and one that gives them by name; and where each chunk's code starts. */
function functionsAfter(
  head: string,
  own: readonly OutputChunk[],
  chunks: readonly OutputChunk[],
): { readonly code: string; readonly starts: readonly Start[] } {
  const named = own.map(({ fileName }, n) => `${JSON.stringify(`./${fileName}`)}: ${MODULE}${n}`);
  let code = `${head}function ${NAMED}() { return { ${named.join(', ')} }; }\n`;
  const starts = own.map((chunk, n): Start => {
    const opening = `function ${MODULE}${n}(exports) {`;
    const offset = { line: code.split('\n').length - 1, column: opening.length };
    code += `${opening}${parts(chunk, chunks).code}\n}\n`;
    return { chunk, offset };
  });
  return { code, starts };
}

/** The comment that names the map has to stand last. */
function parts(
  { code }: OutputChunk,
  chunks: readonly OutputChunk[],
): { readonly code: string; readonly comment: string } {
  const own = chunks.reduce(
    (text, { fileName }) => text.replaceAll(`require("./${fileName}")`, `${MODULE}("./${fileName}")`),
    code,
  );
  const comment = /\n\/\/# .*\s*$/.exec(own);
  return { code: own.slice(0, comment?.index), comment: comment?.[0].trim() ?? '' };
}

/** Adds to the entry's map those of the chunks, from where each starts. Node takes no map of sections. */
function joinMaps(assets: ReadonlyMap<string, OutputAsset>, entry: OutputChunk, starts: readonly Start[]): void {
  const joined: SourceMap = { sources: [], names: [], mappings: [] };
  for (const { chunk, offset } of [{ chunk: entry, offset: { line: 0, column: 0 } }, ...starts]) {
    const asset = assets.get(`${chunk.fileName}.map`);
    if (asset === undefined) continue; // a chunk of packages alone
    const { sources, names, mappings } = SourceMap.parse(JSON.parse(String(asset.source)));
    const moved = mappings.map((segments, line) =>
      segments.map((segment): SourceMapSegment => {
        const column = segment[0] + (line === 0 ? offset.column : 0);
        if (segment.length === 1) return [column];
        const [, source, sourceLine, sourceColumn, name] = segment;
        const place = [column, source + joined.sources.length, sourceLine, sourceColumn] as const;
        return name === undefined ? [...place] : [...place, name + joined.names.length];
      }),
    );
    while (joined.mappings.length < offset.line) joined.mappings.push([]);
    joined.mappings.push(...moved);
    joined.sources.push(...sources);
    joined.names.push(...names);
  }
  const own = assets.get(`${entry.fileName}.map`);
  if (own === undefined) throw new Error('The entry has no map.');
  own.source = JSON.stringify({ version: 3, ...joined, mappings: encode(joined.mappings) });
}

const SourceMap = z.object({
  sources: z.array(z.string()),
  names: z.array(z.string()),
  mappings: z.string().transform(decode),
});
type SourceMap = z.infer<typeof SourceMap>;
