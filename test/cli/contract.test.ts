import { expect, test } from 'vitest';
import { type ContractBody, officialBodies, recordedBodies } from '../support/cli/contract.ts';
import { batchWarden, file, inProcess, type Report, reportOf } from '../support/cli/harness.ts';

async function scanEach(bodies: readonly ContractBody[]): Promise<{ name: string; report: Report }[]> {
  const scanned: { name: string; report: Report }[] = [];
  for (const { file: name, body } of bodies) {
    const ended = await inProcess(['scan', '--input', await file(name, body), '--format', 'json']);
    const report = reportOf(ended);
    const open = report.findings.some(({ status }) => status === 'open');
    expect({ name, code: ended.code, err: ended.err }).toEqual({ name, code: open ? 1 : 0, err: '' });
    scanned.push({ name, report });
  }
  return scanned;
}

function total(scanned: readonly { report: Report }[]) {
  return scanned.reduce(
    (sum, { report }) => ({
      accounts: sum.accounts + report.accounts,
      pools: sum.pools + report.pools,
      errors: sum.errors + report.errors.length,
    }),
    { accounts: 0, pools: 0, errors: 0 },
  );
}

test('every account and pool of the official examples is judged', async () => {
  const scanned = await scanEach(officialBodies());
  const sum = total(scanned);
  console.info(`official examples: ${JSON.stringify(sum)}`);
  expect(sum).toEqual({ accounts: 10, pools: 30, errors: 0 });

  const partial = scanned.filter(({ name }) => name === 'PoolListWithFilter.json');
  expect(partial).toHaveLength(2);
  for (const { report } of partial) {
    const unknown = report.findings.filter(({ status }) => status === 'unknown').map(({ rule }) => rule);
    expect(unknown).toEqual(
      expect.arrayContaining(['pool-identity', 'pool-identity-references', 'pool-remote-access']),
    );
  }
});

test('every account and pool that the real service answered is judged, at any api-version', async () => {
  const sum = total(await scanEach(recordedBodies()));
  console.info(`recorded answers: ${JSON.stringify(sum)}`);
  expect(sum).toEqual({ accounts: 25, pools: 25, errors: 0 });
});

test('a process says of an official example what a call says', async () => {
  for (const name of ['BatchAccountGet.json', 'PoolGet.json', 'PoolCreate_NoPublicIPAddresses.json']) {
    const body = officialBodies().find((one) => one.file === name)?.body;
    const args = ['scan', '--input', await file(name, body), '--format', 'json'];
    expect(await batchWarden(args)).toEqual(await inProcess(args));
  }
});
