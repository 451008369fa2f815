import { expect, test } from 'vitest';
import { keysTo } from '../../cli/keys-to.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { rules } from '../../shared/rules/index.ts';
import { openPool } from '../support/cli/bodies.ts';
import { officialBodies, recordedBodies } from '../support/cli/contract.ts';
import { cellsOf } from '../support/cli/csv.ts';
import { batchWarden, file, inProcess, reportOf, SCAN } from '../support/cli/harness.ts';
import { sarifRun } from '../support/cli/sarif.ts';

test('of every official and recorded body, SARIF and CSV say what JSON says, SARIF at the line of the key', async () => {
  const bodies = [...officialBodies(), ...recordedBodies()];
  let findings = 0;
  let deep = 0;
  const unknown = new Set<string>();
  for (const { file: name, body } of bodies) {
    const text = JSON.stringify(body, null, 1);
    const scan = ['scan', '--input', await file(name, text), '--format'];
    const json = await inProcess([...scan, 'json']);
    const said = reportOf(json).findings;
    const ids = said.map(({ id }) => id);
    const codes = said.map(({ unknownCode }) => unknownCode);
    expect(codes.map((code) => code !== null)).toEqual(said.map(({ status }) => status === 'unknown'));
    const sarif = await inProcess([...scan, 'sarif']);
    const { results, tool } = sarifRun(sarif.out);
    expect(tool.driver.rules).toHaveLength(rules.length);
    expect(results.map(({ partialFingerprints }) => partialFingerprints['batchWardenFinding/v1'])).toEqual(ids);
    expect(results.map(({ properties }) => properties['unknownCode'])).toEqual(codes);
    const lines = text.split('\n');
    for (const { locations, properties } of results) {
      const { startLine, startColumn = 0 } = locations[0].physicalLocation.region;
      const keys = keysTo(String(properties['path']), body);
      const last = keys.at(-1);
      const begin = typeof last === 'string' ? `${JSON.stringify(last)}:` : '{';
      const at = lines[startLine - 1]?.slice(startColumn - 1, startColumn - 1 + begin.length);
      expect({ name, at }).toEqual({ name, at: begin });
      if (keys.length > 1) deep += 1;
    }
    const csv = await inProcess([...scan, 'csv']);
    const [header, ...rows] = cellsOf(csv.out);
    expect(rows.map(([id]) => id)).toEqual(ids);
    const column = header?.indexOf('unknownCode') ?? -1;
    expect(rows.map((cells) => cells[column])).toEqual(codes.map((code) => code ?? ''));
    for (const { code, err } of [sarif, csv]) expect({ name, code, err }).toEqual({ name, code: json.code, err: '' });
    findings += ids.length;
    for (const code of codes) if (code !== null) unknown.add(code);
  }
  console.info(
    `formats: ${bodies.length} bodies, ${findings} findings, ${deep} at a part of a body, codes: ${[...unknown].join(', ')}`,
  );
  expect(deep).toBeGreaterThan(100);
  expect(unknown.size).toBeGreaterThan(1);
  expect(findings).toBeGreaterThan(bodies.length);
});

test('what cannot be read is said on standard error too', async () => {
  const args = [...SCAN, '--input', 'nowhere.json', await file('open.json', openPool()), '--format'];
  const err = 'nowhere.json: no such file\n';
  const sarif = await batchWarden([...args, 'sarif']);
  expect(sarif).toMatchObject({ code: 2, err });
  const { tool, invocations, results } = sarifRun(sarif.out);
  expect(tool.driver.semanticVersion).toBe(packageJson.version);
  expect(invocations[0]).toMatchObject({
    executionSuccessful: false,
    toolExecutionNotifications: [{ message: { text: err.trim() } }],
  });
  expect(results).toMatchObject([{ ruleId: 'pool-remote-access', kind: 'fail' }]);
  const csv = await batchWarden([...args, 'csv'], { env: { FORCE_COLOR: '1' } });
  expect(csv).toMatchObject({ code: 2, err });
  expect(cellsOf(csv.out).map(([, rule]) => rule)).toEqual(['rule', 'pool-remote-access']);
});
