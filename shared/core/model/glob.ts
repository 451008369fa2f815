/**
 * Whether a pattern fits all of a text: `*` stands for any characters, none too; everything else for itself, in either
 * case of the letters A to Z. It never goes back: no pattern makes it slow.
 */
export function glob(pattern: string): (text: string) => boolean {
  const [head = '', ...pieces] = folded(pattern).split('*');
  const tail = pieces.pop();
  if (tail === undefined) return (text) => folded(text) === head;
  return (text) => {
    const name = folded(text);
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

/** As Azure folds names; Unicode would take the Kelvin sign for a k. */
function folded(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
