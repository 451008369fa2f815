import { idKey } from './resource-id.ts';

/**
 * Whether a pattern fits all of a text: `*` stands for any characters, none too; everything else for itself, in either
 * case of the letters A to Z. It never goes back: no pattern makes it slow.
 */
export function glob(pattern: string): (text: string) => boolean {
  const [head = '', ...pieces] = idKey(pattern).split('*');
  const tail = pieces.pop();
  if (tail === undefined) return (text) => idKey(text) === head;
  return (text) => {
    const name = idKey(text);
    if (!name.startsWith(head)) return false;
    // Each piece where it first fits leaves the most for those after it.
    let at = head.length;
    for (const piece of pieces) {
      const found = name.indexOf(piece, at);
      if (found === -1) return false;
      at = found + piece.length;
    }
    return name.length - tail.length >= at && name.endsWith(tail);
  };
}

/**
 * Whether some text fits both patterns. Two that have a `*` need only agree in what stands before their first and after
 * their last: between them is room for the rest of both.
 */
export function overlap(a: string, b: string): boolean {
  if (!b.includes('*')) return glob(a)(b);
  if (!a.includes('*')) return glob(b)(a);
  const [one, other] = [idKey(a).split('*'), idKey(b).split('*')];
  const [head = '', head2 = '', tail = '', tail2 = ''] = [one[0], other[0], one.at(-1), other.at(-1)];
  return (head.startsWith(head2) || head2.startsWith(head)) && (tail.endsWith(tail2) || tail2.endsWith(tail));
}
