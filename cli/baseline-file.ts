import { z } from 'zod';
import { listed } from '../shared/core/model/words.ts';
import { faultsOf } from '../shared/core/policy/faults-of.ts';
import { Baseline, baselineText } from '../shared/report/baseline.ts';
import type { ScanReport } from '../shared/report/scan-report.ts';
import { readText } from './input.ts';
import { BadInput, type Io } from './io.ts';
import { parseJson } from './parse-json.ts';

/** The baseline in the file. @throws BadInput that says what the file is instead */
export async function readBaseline(file: string, io: Io): Promise<Baseline> {
  try {
    return parseBaseline(await parseJson(await readText(file, io)));
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    throw new BadInput(`${file}: ${error.message}\n"batch-warden scan ... --write-baseline FILE" makes one.`, {
      cause: error,
    });
  }
}

const Versioned = z.looseObject({ schema: z.int().min(2) });
const Alike = z.looseObject({ schema: z.unknown(), findings: z.array(z.unknown()) });
const Report = z.looseObject({ accounts: z.int(), pools: z.int(), findings: z.array(z.unknown()) });

function parseBaseline(content: unknown): Baseline {
  const newer = Versioned.safeParse(content).data;
  if (newer !== undefined) throw new BadInput(`is a baseline of schema ${newer.schema}: this version reads schema 1`);
  if (Report.safeParse(content).success) throw new BadInput('is the report of a scan, not a baseline');
  if (!Alike.safeParse(content).success) throw new BadInput('is not a baseline: it has no "schema" and "findings"');
  const faults = faultsOf(content, Baseline).map(({ path, key, message }) =>
    [[...path, ...(key === undefined ? [] : [key])].join('.'), message()].filter(Boolean).join(': '),
  );
  if (faults.length > 0) throw new BadInput(`is not a baseline: ${listed(faults, '; ')}`);
  return Baseline.parse(content);
}

/** The baseline that is to be written, if any. */
export function baselineFiles(
  { writeBaseline }: { readonly writeBaseline?: string },
  { findings, baseline }: ScanReport,
  before: Baseline | null,
) {
  if (writeBaseline === undefined) return [];
  const text = () => baselineText(findings, before, baseline?.closed ?? []);
  return [{ path: writeBaseline, is: 'baseline', text }];
}
