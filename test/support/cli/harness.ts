import { spawn } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { commandLine } from '../../../local/command-line.ts';
import packageJson from '../../../package.json' with { type: 'json' };
import { UNKNOWN_CODES } from '../../../shared/core/model/reading.ts';
import { EXEMPTION_NOTES } from '../../../shared/core/plan/exemption-notes.ts';
import { HELD_CODES } from '../../../shared/core/plan/held.ts';

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

interface Surroundings {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The program Node. */
  readonly node?: string;
  /** The command line itself, where it is not that of the project. */
  readonly program?: string;
}

/** A scan by a few rules, so that what is expected of it outlasts new ones. */
export const SCAN = ['scan', '--rule', 'account-aad-only', 'pool-remote-access'];

/** What `npx batch-warden` runs. */
export const PROGRAM = resolve(packageJson.bin['batch-warden']);

const PLAIN = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(NO_COLOR|FORCE_COLOR|NODE_OPTIONS|VITEST)/.test(name)),
);

/** The command line as a process of its own. */
export async function batchWarden(
  args: readonly string[],
  { stdin = '', env = {}, node = process.execPath, program = PROGRAM }: Surroundings = {},
): Promise<Ended> {
  const child = spawn(node, [program, ...args], { env: { ...PLAIN, ...env } });
  onTestFinished(() => void child.kill());
  child.stdin.end(stdin);
  const ended = new Promise<number | null>((done) => {
    child.on('close', done);
  });
  const [code, out, err] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, out, err };
}

/** The same command line in this process: faster, and without colours. */
export function inProcess(args: readonly string[], stdin = '', width = 120): Promise<Ended> {
  return commandLine(args, { stdin, width });
}

const KnownFinding = z.strictObject({
  id: z.string(),
  rule: z.string(),
  resource: z.string(),
  path: z.string(),
  severity: z.string(),
  status: z.enum(['open', 'unknown']),
});

const Report = z.strictObject({
  schema: z.literal(1),
  accounts: z.int(),
  pools: z.int(),
  findings: z.array(
    z.strictObject({
      id: z.string().regex(/^[0-9a-f]{16}$/),
      rule: z.string(),
      resource: z.string(),
      severity: z.enum(['info', 'low', 'medium', 'high', 'critical']),
      status: z.enum(['open', 'exempt', 'unknown']),
      path: z.string(),
      observed: z.unknown(),
      desired: z.unknown(),
      why: z.string().min(1),
      unknownCode: z.enum(UNKNOWN_CODES).nullable(),
      fix: z
        .union([
          z.strictObject({ kind: z.literal('manual'), why: z.string().min(1) }),
          z.strictObject({
            kind: z.enum(['set-account', 'set-pool', 'set-secret']),
            id: z.string(),
            set: z.record(z.string(), z.unknown()),
          }),
        ])
        .nullable(),
      held: z
        .strictObject({ code: z.enum(HELD_CODES), message: z.string().min(1), until: z.iso.datetime().nullable() })
        .nullable(),
      exemption: z.strictObject({ owner: z.string(), reason: z.string(), until: z.iso.datetime() }).nullable(),
      baseline: z.enum(['new', 'known']).nullable(),
    }),
  ),
  exemptions: z.array(
    z.strictObject({
      code: z.enum(EXEMPTION_NOTES),
      rule: z.string(),
      covers: z.string(),
      owner: z.string(),
      until: z.iso.datetime(),
      message: z.string().min(1),
    }),
  ),
  errors: z.array(z.strictObject({ source: z.string(), path: z.string(), message: z.string().min(1) })),
  baseline: z.strictObject({ closed: z.array(KnownFinding), unjudged: z.array(KnownFinding) }).nullable(),
});
export type Report = z.infer<typeof Report>;

/** Standard output as the JSON report that it must be, and nothing else. */
export function reportOf({ out }: Ended): Report {
  return Report.parse(JSON.parse(out));
}

// Removed with the tests' temporary folder: several files of tests may share this process.
const folder = await mkdtemp(join(tmpdir(), 'batch-warden-'));

/** A file with this text, or with this value as JSON; its path. */
export async function file(name: string, content: unknown): Promise<string> {
  const path = join(folder, name);
  await writeFile(
    path,
    typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content),
  );
  return path;
}
