/** How often a law is tried: `n` times where THOROUGH is set, a part of that in the gate. */
export function runs(n: number): number {
  return process.env['THOROUGH'] ? n : Math.ceil(n / 4);
}
