import { parseArgs } from 'node:util';
import { plainTable } from '../../local/plain-table.ts';
import { type Campaign, campaign } from './campaign.ts';
import { differing, type Tally, tally } from './tally.ts';

/*
 * `npm run chaos -- --minutes 3 --seed 7`: the real loop against the local Azure and Azurite, with 1, 2 and 5 processes
 * of the app that are killed, lose their leases, and are answered by faults, while owners scale
 * pools that are drained. Ends with 1 when something is lost, a pool's size too, or double.
 * `--instances 5` runs one of the three alone.
 */

const HEAD = [
  'instances',
  'kills',
  'broken leases',
  'faults of ARM',
  'cut connections',
  'changes',
  'looks',
  'poison',
  'repairs',
  'left to the sweep',
  'lost',
  'double',
  'told twice',
  'not told',
  'drains',
  'scaled in one',
  'lost sizes',
  'left marked',
  'minutes',
];

const { values } = parseArgs({
  options: { minutes: { type: 'string' }, seed: { type: 'string' }, instances: { type: 'string' } },
});
const sizes = (values.instances ?? '1,2,5').split(',').map((text) => positive('instances', text));
const minutes = positive('minutes', values.minutes ?? '3') / sizes.length;
const seed = positive('seed', values.seed ?? String(1 + Math.floor(Math.random() * 1e6)));
console.log(`seed ${seed}; ${minutes.toFixed(1)} minutes of changes with ${sizes.join(', ')} instances`);

const began = Date.now();
const progressOf = (run: string) => (what: string) => {
  console.error(`${((Date.now() - began) / 1000).toFixed(0).padStart(5)} s  ${run}: ${what}`);
};
const calm = { instances: 1, minutes, seed, isDisturbed: false, progress: progressOf('undisturbed') };
const undisturbed = await campaign(calm);
const expected = tally(undisturbed, undisturbed);
if (expected.repairs !== undisturbed.changes)
  throw new Error(`Undisturbed, ${expected.repairs} of ${undisturbed.changes} changes were repaired.`);
const rows = [row('undisturbed', undisturbed, expected)];
for (const instances of sizes) {
  const progress = progressOf(`instances ${instances}`);
  const run = await campaign({ instances, minutes, seed, isDisturbed: true, progress });
  const figures = tally(run, undisturbed);
  rows.push(row(String(instances), run, figures));
  for (const [what, which] of Object.entries(figures))
    if (Array.isArray(which)) for (const each of which) console.error(`${instances}: ${what}: ${String(each)}`);
  const { lostSizes, marked } = run;
  for (const id of [...lostSizes, ...marked]) console.error(`${instances}: not given back: ${id}`);
  if (figures.lost.length + figures.double.length + lostSizes.length + marked.length > 0) process.exitCode = 1;
}
console.log(plainTable(HEAD, rows));

function row(name: string, run: Campaign, { repairs, lost, double, toldTwice, notTold }: Tally): string[] {
  const { kills, brokenLeases, faults, cuts, changes, looks, poison, beforeSweep, seconds } = run;
  const left = differing(beforeSweep.settings, run.settings).length;
  const before = [kills, brokenLeases, faults, cuts, changes, looks, poison, repairs, left];
  const after = [lost.length, double.length, toldTwice, notTold.length];
  const drained = [run.drains, run.scaled, run.lostSizes.length, run.marked.length];
  return [name, ...[...before, ...after, ...drained].map(String), (seconds / 60).toFixed(1)];
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new RangeError(`--${name} is a number above 0, not ${text}`);
  return value;
}
