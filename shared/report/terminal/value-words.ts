/** What was observed, or is desired, for a person: texts as they are, lists with commas, all else as JSON. */
export function valueInWords(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(valueInWords).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
