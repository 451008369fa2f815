import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { toSarif } from '../../shared/report/sarif.ts';
import { rules } from '../../shared/rules/index.ts';
import { exempt, finding, NOTE, report, unknown } from '../support/cli/findings.ts';
import { file } from '../support/cli/harness.ts';

/**
 * The program of Microsoft's package `@microsoft/sarif-multitool-linux`: 104 MB, so it is no dependency. `CONTRIBUTING.md` says
 * how it is had.
 */
const MULTITOOL = process.env['SARIF_MULTITOOL'];

const Answer = z.object({
  runs: z.tuple([
    z.object({
      // Left out where it is the default.
      results: z.array(z.object({ ruleId: z.string(), level: z.string().default('warning') })),
      invocations: z.tuple([z.object({ executionSuccessful: z.boolean() })]).optional(),
    }),
  ]),
});

test.skipIf(MULTITOOL === undefined)(
  "17.4: Microsoft's validator finds no error (SARIF_MULTITOOL names it)",
  async () => {
    const places = new Map([['0123456789abcdef', { uri: 'bodies/pools.json', line: 7, column: 3 }]]);
    const whole = { ...report(finding(), unknown(), exempt()), exemptions: [NOTE] };
    const sarif = await file('valid.sarif', toSarif(whole, { version: '1.2.3', rules }, places));
    const answer = await file('validated.sarif', '');
    const kinds = ['--rule-kind', 'Sarif;Ghas', '--level', 'Error;Warning'];
    await promisify(execFile)(MULTITOOL ?? '', [
      'validate',
      sarif,
      ...kinds,
      '--output',
      answer,
      '--log',
      'ForceOverwrite',
    ]);
    const [run] = Answer.parse(JSON.parse((await readFile(answer, 'utf8')).replace(/^\ufeff/, ''))).runs;
    const found = run.results.filter(({ level }) => level !== 'note').map(({ level, ruleId }) => `${level} ${ruleId}`);
    console.log(`sarif-multitool: ${run.results.length} results`);
    // The tool has no page of its own that `informationUri` could name.
    expect(found).toEqual(['warning SARIF2005']);
  },
);
