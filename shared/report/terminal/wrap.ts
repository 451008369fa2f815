import { harmless } from './harmless.ts';

/**
 * The lines of `text`, none longer than `width`: cut at spaces, in a word that is too long after a slash or a comma, or
 * where it has none after a dot.
 */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of harmless(text).split(' ').filter(Boolean)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length <= width) {
      line = longer;
    } else if (word.length <= width) {
      lines.push(line);
      line = word;
    } else {
      for (line = longer; line.length > width; ) {
        const end = lastBreak(line, width);
        lines.push(line.slice(0, end).trimEnd());
        line = line.slice(end).trimStart();
      }
    }
  }
  return [...lines, line];
}

function lastBreak(text: string, width: number): number {
  const [last] = [/ |(?<=\S)[/,]/g, /(?<=\S)\./g].flatMap((mark) => [...text.slice(0, width).matchAll(mark)].slice(-1));
  return last === undefined ? width : last.index + 1;
}
