import { join } from 'node:path';
import node22 from 'node22/package.json' with { type: 'json' };

/** The major versions of Node that the app runs on in Azure, and the program of each. */
export const NODES = [
  [22, join(import.meta.dirname, '..', 'node_modules', 'node22', node22.bin.node)],
  [24, process.execPath],
] as const;
