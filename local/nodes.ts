import { join } from 'node:path';
import node22 from './node22/package.json' with { type: 'json' };

const isWindows = process.platform === 'win32';
const bringer = `node-${isWindows ? 'win' : process.platform}-${process.arch}`;

/** The program Node 22; null where npm has none for this platform. */
export const NODE_22 =
  bringer in node22.optionalDependencies
    ? join(import.meta.dirname, 'node22', 'node_modules', bringer, 'bin', isWindows ? 'node.exe' : 'node')
    : null;

/** The major versions of Node that the app is tried on, and the program of each. */
export const NODES: readonly (readonly [major: number, program: string])[] = [
  ...(NODE_22 === null ? [] : [[22, NODE_22] as const]),
  [Number.parseInt(process.versions.node, 10), process.execPath],
];
