import { randomUUID } from 'node:crypto';
import { decodeFindings } from '../shared/azure/state/finding-rows.ts';
import { sameId } from '../shared/core/model/resource-id.ts';
import type { Finding } from '../shared/core/plan/finding.ts';
import { forAnotherTerminal } from './another-terminal.ts';
import { untilAtRest } from './at-rest.ts';
import { DRAINING, ENFORCING, estate, namedUsers, SHOWN_POOL, SHOWN_SECRET, VAULT } from './estate/estate.ts';
import { type Installation, install, putPolicy } from './installation.ts';
import { overview, tally } from './overview.ts';
import { writePicture } from './picture.ts';
import { Screen } from './screen.ts';

interface Telling {
  /** Whether it ends by itself. */
  readonly once: boolean;
  /** Where the report is written. */
  readonly report: string;
  /** The exit code, once somebody ends it. */
  readonly ended: Promise<number>;
}

/** Shows Batch Warden at work on a small estate. The exit code: 0, 1 when something failed, more when it was broken off. */
export async function tell({ once, report, ended }: Telling): Promise<number> {
  const screen = new Screen();
  screen.waitFor('Starting storage, Azure and the Functions host on loopback');
  const { accounts, pools, ...around } = estate();
  const local = await install({
    accounts,
    pools,
    ...around,
    vaults: [VAULT],
    findingsTopic: true,
    log: (line) => screen.hear(line),
  });
  try {
    screen.say(`Batch Warden on a local Azure: ${accounts.length} accounts, ${pools.length} pools.`);
    const brokenOff = await Promise.race([ended, story(local, screen, report).then(() => null)]);
    if (brokenOff !== null) return brokenOff;
    screen.show(`\n${WITHOUT_AZURE}`);
    if (once) return screen.failures.length === 0 ? 0 : 1;
    await ask(local, screen, ended);
    return 0;
  } finally {
    screen.done();
    await local.stop();
  }
}

const WITHOUT_AZURE = `Try the command line yourself, on the same accounts and pools as files:
  npm start -- --export demo/estate
  npx batch-warden scan --input demo/estate/*.json`;

/** Until somebody ends it, another terminal can ask it. */
async function ask(local: Installation, screen: Screen, ended: Promise<number>): Promise<void> {
  const other = await forAnotherTerminal(local);
  try {
    screen.show(
      `\nOr ask this Azure from another terminal, in this folder:\n  . ${other.file}\n  npx batch-warden status\n  npx batch-warden doctor\n  npx batch-warden journal`,
    );
    screen.say('\nIt goes on: sweeps at 02:00 UTC, alarms every five minutes. Ctrl-C ends it.');
    await ended;
  } finally {
    await other.remove();
  }
}

/** A sweep that only reports, a sweep that repairs, somebody's change and its repair; at last the page with all of it. */
export async function story(local: Installation, screen: Screen, report: string): Promise<void> {
  screen.chapter('1. The nightly sweep. There is no policy yet, so every rule audits and nothing is written.');
  await local.host.runTimer('sweep');
  await rest(local, screen);
  await showOverview(local, screen);
  screen.say('\nThose of one pool, whole:');
  await showFindings(local, screen, SHOWN_POOL);

  screen.chapter(
    '2. The operator uploads a policy with "mode: enforce", and the next sweep repairs what is safe to repair.',
  );
  await putPolicy(local.storage, ENFORCING);
  await local.host.runTimer('sweep');
  await rest(local, screen);

  screen.chapter('3. Someone adds "Allow Internet" on port 22 to the pool linux-open-ssh. Its event arrives.');
  openToTheInternet(local);
  await rest(local, screen);

  screen.chapter(
    '4. Some settings are frozen while a pool has nodes. The operator allows drains, one at a time; the next sweep begins.',
  );
  screen.say(
    `He also names a vault. In it is the password of the user render of windows-rdp-busy, the secret ${SHOWN_SECRET}, which soon expires: it is rotated in the same drain.\n`,
  );
  keepPassword(local);
  await putPolicy(local.storage, `${ENFORCING}${DRAINING}${namedUsers(local.azure.vaults.url(VAULT.name))}`);
  await local.host.runTimer('sweep');
  await rest(local, screen);
  showVersions(local, screen);

  screen.chapter('5. What is left. The app checks itself, as it does once a day and after each deployment.');
  await local.host.runTimer('doctor');
  await showOverview(local, screen);
  const { calls } = local.azure.log;
  screen.say(`Azure Resource Manager was called ${calls.length} times: ${local.azure.log.writes().length} writes.`);
  const told = local.azure.topic.requests.flat().length;
  screen.say(`Event Grid was told of findings ${told} times: opened and closed ones.`);

  screen.chapter('6. The same for browsers: what is open, what was fixed and how fast, each write. It loads nothing.');
  await writePicture(report);
  screen.show(`  ${report}`);
  for (const fault of local.azure.specViolations) screen.fail(`not as specified: ${JSON.stringify(fault)}`);
}

async function rest(local: Installation, screen: Screen): Promise<void> {
  screen.waitFor('Waiting until nothing is left to do');
  const later = await untilAtRest(local);
  screen.done();
  for (const { accountId, wakeAt } of later) screen.say(`An alarm rings at ${wakeAt.toISOString()} for ${accountId}.`);
}

async function openFindings({ storage }: Installation): Promise<Finding[]> {
  const rows = await Array.fromAsync(storage.findings.listEntities());
  return decodeFindings(rows).filter(({ status }) => status !== 'closed');
}

async function showOverview(local: Installation, screen: Screen): Promise<void> {
  const findings = await openFindings(local);
  screen.show(overview(findings));
  screen.say(tally(findings));
}

async function showFindings(local: Installation, screen: Screen, resourceId: string): Promise<void> {
  const findings = (await openFindings(local)).filter((finding) => sameId(finding.resourceId, resourceId));
  const nothing = { exemptions: [], errors: [], baseline: null };
  screen.table({ accounts: 0, pools: 1, unreadable: 0, findings, at: new Date(), ...nothing });
}

/** What the operator finds in the vault: it will expire in five days. */
function keepPassword({ azure }: Installation): void {
  const exp = Math.floor(Date.now() / 1000) + 5 * 24 * 60 * 60;
  azure.vaults.asPerson().set(VAULT.name, SHOWN_SECRET, randomUUID(), { attributes: { exp } });
}

function showVersions({ azure }: Installation, screen: Screen): void {
  screen.say(`\nVersions of ${SHOWN_SECRET}, which tasks read by its name; their values are shown nowhere:`);
  for (const { id, enabled, exp } of azure.vaults.versions(VAULT.name, SHOWN_SECRET)) {
    const until = exp === undefined ? 'without expiry' : `expires ${new Date(exp * 1000).toISOString().slice(0, 10)}`;
    screen.say(`  ${id}  ${until}  ${enabled ? 'enabled' : 'disabled'}`);
  }
}

/** What somebody in a hurry does: the first rule of the NAT pool that the repair made lets the whole internet in. */
function openToTheInternet({ azure }: Installation): void {
  const natPool = {
    name: 'ssh',
    protocol: 'TCP',
    backendPort: 22,
    frontendPortRangeStart: 40000,
    frontendPortRangeEnd: 40100,
    networkSecurityGroupRules: [
      { priority: 200, access: 'Allow', sourceAddressPrefix: 'Internet' },
      { priority: 3500, access: 'Deny', sourceAddressPrefix: '*' },
    ],
  };
  const networkConfiguration = { endpointConfiguration: { inboundNatPools: [natPool] } };
  azure.asPerson('Ada Example').patch(SHOWN_POOL, { properties: { networkConfiguration } });
}
