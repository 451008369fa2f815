import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { handClock } from '../../local/azure/clock.ts';
import { type Preparation, prepare, putPolicy } from '../../local/installation.ts';
import { encodeFinding } from '../../shared/azure/state/finding-rows.ts';
import { journalIn } from '../../shared/azure/state/journal.ts';
import { tableKey } from '../../shared/azure/state/storage.ts';
import type { Change } from '../../shared/core/model/change.ts';
import { after, DAY, HOUR } from '../../shared/core/model/time.ts';
import { whyUndoneByOthers } from '../../shared/core/plan/contest.ts';
import { held } from '../../shared/core/plan/held.ts';
import { intentOf } from '../../shared/core/plan/journal.ts';
import { secretNameOf } from '../../shared/core/rotation/secret-name.ts';
import { finding } from '../support/cli/findings.ts';
import { file, inProcess } from '../support/cli/harness.ts';
import { ACCOUNT, madeFor, policyOf, poolWith, VAULTS } from '../support/cli/named-users.ts';
import { ACCOUNT_ID, poolId, snapshotOf } from '../support/snapshots.ts';

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/command-line.md'), 'utf8');
const FRAMES = poolId('frames');
const SIM = poolId('sim');
const TODAY = new Date();
const MODES: Change = { kind: 'set-account', id: ACCOUNT_ID, set: { authenticationModes: ['AAD'] } };
const OF_SIM: Change = { kind: 'set-pool', id: SIM, set: { publicIp: 'NoPublicIPAddresses', endpoints: null } };
const [CHANGE, OTHER_CHANGE] = ['1b99924d2f821d2f', 'acdd6fdcc14a8e81'];

let local: Preparation;
let policy: string;
let entry: string;

beforeAll(async () => {
  const clock = handClock(after(TODAY, -12 * DAY));
  local = await prepare({ accounts: [ACCOUNT], vaults: VAULTS, clock });
  const { vaults, world } = local.azure;
  const put = (pool: string, user: string, expires: Date | null, suffix = '', replaces: object = {}) => {
    const { tags, ...made } = madeFor(pool, user, expires);
    const name = secretNameOf(pool, user) + suffix;
    return vaults.asPerson().set('one', name, `value of ${user}`, { ...made, tags: { ...tags, ...replaces } });
  };
  const artist = put(FRAMES, 'artist', after(TODAY, 48 * DAY));
  put(FRAMES, 'batch', null);
  const render = put(SIM, 'render', after(TODAY, 48 * DAY));
  put(SIM, 'render', after(TODAY, 60 * DAY), '-pending', { replaces: render });
  clock.advance(12 * DAY);
  const frames = poolWith('frames', ['artist', 'batch'], { artist });
  world.setPool({ ...frames, properties: { ...Object(frames['properties']), currentDedicatedNodes: 4 } });
  world.setPool(poolWith('sim', ['render'], { render }));
  const text = policyOf(local.azure, 'drains:\n  max: 1\n  begin: any\n').replace('audit', 'enforce');
  policy = await file('policy.yaml', text);
  await putPolicy(local.storage, text);
  const path = 'properties.networkConfiguration.endpointConfiguration.inboundNatPools[ssh]';
  const row = finding({ ruleId: 'pool-remote-access', resourceId: FRAMES, path, held: contested() });
  await local.storage.findings.createEntity(encodeFinding(tableKey(ACCOUNT_ID), row));
  const keys = finding({ ruleId: 'account-aad-only', changeId: CHANGE, fix: MODES, held: held('keys-in-use', '') });
  await local.storage.findings.createEntity(encodeFinding(tableKey(ACCOUNT_ID), { ...keys, id: 'keys' }));
  const addresses = { ruleId: 'pool-public-ip', resourceId: SIM, changeId: OTHER_CHANGE, fix: OF_SIM };
  const needsApproval = finding({ ...addresses, held: held('needs-approval', '') });
  await local.storage.findings.createEntity(encodeFinding(tableKey(ACCOUNT_ID), { ...needsApproval, id: 'addresses' }));
  const journal = journalIn(local.storage.journal, new AbortController().signal);
  const was = { authenticationModes: ['SharedKey', 'AAD'] };
  const look = { at: TODAY, correlationId: 'look', version: '1', policy: 'h' };
  const intent = intentOf({ change: MODES, was, findings: [keys], drain: null }, snapshotOf({}), look);
  entry = await journal.intend(ACCOUNT_ID, intent);
  await journal.conclude(ACCOUNT_ID, entry, { kind: 'applied', alsoMoved: [] }, TODAY);
});
afterAll(() => local.stop());

/** As the app says it of two writes that did not last. */
function contested() {
  const times = [after(TODAY, -7 * HOUR), after(TODAY, -5 * HOUR)];
  const change = { time: after(TODAY, -6 * HOUR), application: null, objectId: '0b5d1c7e-5f5a-4c39-9d0e-6a1f6c2b9d11' };
  return whyUndoneByOthers(finding({ firstSeen: after(TODAY, -6 * HOUR) }), times, [], { known: change }, TODAY);
}

/** What the page shows below such a command. */
function shown(command: string): string {
  const [, text = ''] = PAGE.split(`\`\`\`sh\nnpx batch-warden ${command} `)[1]?.split(/^```text\n([^]*?)^```$/m) ?? [];
  return text;
}

/** Without what differs from run to run: ids, dates, and where the vault is. */
function lasting(text: string): string {
  return text
    .replaceAll(/127\.0\.0\.1:\d+/g, 'renders.vault.azure.net')
    .replaceAll(/\b[0-9a-f]{32}\b/g, '(id)')
    .replaceAll(/Z-[0-9a-f]{16}\b/g, 'Z-(id)')
    .replaceAll(/\d{4}-\d\d-\d\d(?:T[\d:.]+Z)?/g, '(date)')
    .replaceAll(/[─┬┼┴]+/g, '─')
    .replaceAll(/[\s│]+/g, ' ');
}

test.each([
  ['secrets', () => [ACCOUNT_ID, '--policy', policy], 110],
  ['release', () => [FRAMES, 'pool-remote-access', '--by', 'Ada Example'], 80],
  ['rotate', () => [FRAMES, 'artist', '--by', 'Ada Example'], 110],
  ['approve', () => [CHANGE, OTHER_CHANGE, '--by', 'Ada Example', '--for', 'P1D'], 80],
  ['undo', () => [entry, '--by', 'Ada Example'], 80],
  ['freeze', () => ['--by', 'Ada Example', '--reason', 'nodes do not start'], 80],
  ['unfreeze', () => ['--by', 'Ada Example'], 80],
])('the page shows what %s prints', async (command, args, width) => {
  const { code, out, err } = await inProcess([command, ...args()], '', width);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(lasting(out).length).toBeGreaterThan(500);
  expect(lasting(shown(command))).toBe(lasting(out));
});
