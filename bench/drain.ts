import { AsyncLocalStorage } from 'node:async_hooks';
import { app } from '@azure/functions';
import { untilAtRest } from '../local/at-rest.ts';
import { DRAINING, estate, poolIdOf } from '../local/estate/estate.ts';
import { install, putPolicy } from '../local/installation.ts';
import { plainTable } from '../local/plain-table.ts';
import { readSettings } from '../shared/azure/settings.ts';
import { accountOf } from '../shared/core/model/resource-id.ts';
import { REQUEST_KINDS, type RequestKind, watchRequests } from './requests.ts';

/* What one drain asks of Azure, counted on a local one: a pool with four nodes whose endpoint rules are to change. */

const POOL = poolIdOf('windows-rdp-busy');
/** Empty, change, restore. */
const FEWEST_WRITES = 3;
const ONLY = 'mode: off\nrules:\n  pool-remote-access: enforce\n';

const counts = new Map<RequestKind, number>();
/** In a look: what the host and this script ask is not counted. */
const looking = new AsyncLocalStorage<boolean>();
let looks = 0;

const id = accountOf(POOL)?.text;
const { accounts, pools, ...around } = estate();
const local = await install({
  ...around,
  accounts: accounts.filter((account) => account['id'] === id),
  pools: pools.filter((pool) => pool['id'] === POOL),
  policy: ONLY,
  log: () => {},
});
app.hook.preInvocation((context) => {
  const { functionHandler, invocationContext } = context;
  const isLook = invocationContext.functionName === 'reconcile';
  looks += isLook ? 1 : 0;
  context.functionHandler = (...inputs) => looking.run(isLook, () => functionHandler(...inputs));
});
watchRequests(readSettings(process.env), (kind) => {
  if (looking.getStore()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
});

/** What a sweep leads to. */
async function counted(policy: string) {
  await putPolicy(local.storage, policy);
  counts.clear();
  looks = 0;
  local.azure.log.clear();
  await local.host.runTimer('sweep');
  await untilAtRest(local);
  return { looks, writes: local.azure.log.writes().length, counts: new Map(counts) };
}

try {
  await counted(ONLY);
  const rest = await counted(ONLY);
  const drain = await counted(`${ONLY}${DRAINING}`);
  if (drain.writes !== FEWEST_WRITES) throw new Error(`The drain took ${drain.writes} writes.`);
  const row = (name: string, one: number, other: number) => [name, String(one), String(other)];
  const rows = [
    row('looks', rest.looks, drain.looks),
    row('writes to Azure', rest.writes, drain.writes),
    ...REQUEST_KINDS.map((kind) => row(kind, rest.counts.get(kind) ?? 0, drain.counts.get(kind) ?? 0)),
  ];
  process.stdout.write(`${plainTable(['', 'a look at rest', 'a drain, all its looks'], rows)}
The fewest writes are ${FEWEST_WRITES}: empty, change, restore. A look comes after each step, and each two to ten minutes while nodes go or come.
`);
} finally {
  await local.stop();
}
