import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { z } from 'zod';
import { plainTable } from '../local/plain-table.ts';

/* What bursts of events take; each in a process of its own. */

const BURSTS = [
  [1000, 1],
  [1000, 200],
  [10_000, 1],
  [10_000, 200],
] as const;
const SLOWEST_OTHER = 60;
const AN_ACCOUNT_AND_WINDOW = 2;

const Burst = z.object({
  events: z.number(),
  accounts: z.number(),
  seconds: z.number(),
  windows: z.number(),
  messages: z.number(),
  looks: z.number(),
  tables: z.number(),
  doorTables: z.number(),
  /** Null, as JSON has it, where one was never looked at. */
  slowestOther: z.number().nullable(),
  growth: z.number(),
});

const HEAD = [
  'events',
  'accounts',
  'taken in, s',
  'windows',
  'messages',
  'looks',
  'most, each',
  'table operations',
  'of these at the door',
  'slowest other, s',
  'heap, + MB',
  'goals',
];

/** A table and sentences. */
export function burstReport(): string {
  const rows = BURSTS.map((size) => {
    const script = join(import.meta.dirname, 'burst.ts');
    const printed = execFileSync(process.execPath, ['--expose-gc', script, ...size.map(String)], { encoding: 'utf8' });
    const burst = Burst.parse(JSON.parse(printed));
    const most = AN_ACCOUNT_AND_WINDOW * burst.accounts * burst.windows;
    const slowest = burst.slowestOther ?? Number.POSITIVE_INFINITY;
    const isReached = burst.messages <= most && burst.looks <= most && slowest <= SLOWEST_OTHER;
    return [
      String(burst.events),
      String(burst.accounts),
      burst.seconds.toFixed(1),
      String(burst.windows),
      String(burst.messages),
      String(burst.looks),
      String(most),
      String(burst.tables),
      String(burst.doorTables),
      slowest.toFixed(1),
      (burst.growth / 1024 / 1024).toFixed(0),
      isReached ? 'reached' : 'missed',
    ];
  });
  return `${plainTable(HEAD, rows)}
Events are posted one a request to the function in the local host, which shares its process and the machine with all else:
that, not the intake, sets how fast they are taken in. Goals: at most ${AN_ACCOUNT_AND_WINDOW} messages and looks an account and window, and other
accounts looked at within ${SLOWEST_OTHER} seconds of their event. Messages are counted with those of looks that ask again.
`;
}
