import type { OutputChunk, Plugin } from 'rolldown';

/**
 * Puts the chunks of a bundle into its entry, each as a function that runs on first use. What is not used yet V8 then only
 * skims. The bundler's own single file mixes the chunks: V8 has to know every class of them at once, which takes twice the
 * time and the memory. Of the map only the entry's stays.
 */
export const chunksInOneFile: Plugin = {
  name: 'chunks-in-one-file',
  generateBundle(_options, bundle) {
    const chunks = Object.values(bundle).filter((output) => output.type === 'chunk');
    const [entry, ...others] = chunks.toSorted((a, b) => Number(b.isEntry) - Number(a.isEntry));
    if (entry === undefined) throw new Error('The bundle has no entry.');
    const functions = others.map((chunk, n) => `function ${MODULE}${n}(exports) {${parts(chunk, chunks).code}\n}`);
    const named = others.map(({ fileName }, n) => `${JSON.stringify(`./${fileName}`)}: ${MODULE}${n}`);
    const { code, comment } = parts(entry, chunks);
    entry.code = `${code}
function ${MODULE}(name) {
  const known = ${MODULE}.known ??= { ${JSON.stringify(`./${entry.fileName}`)}: exports };
  if (known[name] === undefined) ({ ${named.join(', ')} })[name](known[name] = {});
  return known[name];
}
${functions.join('\n')}
${comment}`;
    for (const { fileName } of others) {
      delete bundle[fileName];
      delete bundle[`${fileName}.map`];
    }
  },
};

/** As long as `require`, so that columns stay as the map has them; longer than any name that the minifier gives. */
const MODULE = '$module';

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
