/** Where one of the values stands, as it is or in an encoding that logs and bodies use: texts by their index. */
export function leaksIn(texts: readonly string[], values: Iterable<string>): string[] {
  const known = new Set([...values].flatMap(encodings));
  return texts.flatMap((text, index) => [...known].filter((value) => text.includes(value)).map(() => `text ${index}`));
}

function encodings(value: string): string[] {
  if (value === '') return [];
  const bytes = Buffer.from(value);
  const lines = value.split('\n').filter((line) => line.length >= 16);
  return [
    value,
    ...lines,
    JSON.stringify(value).slice(1, -1),
    JSON.stringify(JSON.stringify(value)).slice(3, -3),
    encodeURIComponent(value),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
  ];
}
