/** What is said of each rule: `open`, `unknown`, `complies` or `off`. */
export function verdictsIn(out: string): Record<string, string> {
  const lines = [...out.matchAll(/^(open|unknown|complies|off) +([a-z-]+)/gm)];
  return Object.fromEntries(lines.map(([, verdict = '', rule = '']) => [rule, verdict]));
}
