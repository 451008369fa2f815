/** How often a law is tried: `n` times where THOROUGH is set, a part of that in the gate. */
export function runs(n: number, part = 8): number {
  return process.env['THOROUGH'] ? n : Math.ceil(n / part);
}
