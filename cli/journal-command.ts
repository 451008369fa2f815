import { Command, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import { after, millisecondsOf } from '../shared/core/model/time.ts';
import { storageOption, WITHOUT_STORAGE } from './asking-options.ts';
import { oneOf } from './choices.ts';

/** As commander parses them. */
export interface JournalOptions {
  readonly storage?: string;
  readonly since?: Date;
  readonly limit: number;
  readonly format: (typeof FORMATS)[number];
}

const FORMATS = ['text', 'json', 'ocsf'] as const;
const MOST = 10_000;

export function journalCommand(
  action: (account: string | undefined, options: JournalOptions) => Promise<void>,
): Command {
  return new Command('journal')
    .summary('show what the app wrote, and what became of it')
    .description(
      'Shows what the app wrote to Azure: when, for which rules, each field before and after, and what became of it; the ' +
        'newest last. It reads the storage of the app, and writes nothing.',
    )
    .argument('[account]', 'the ARM id of a Batch account, or its name; without it, all accounts')
    .addOption(storageOption())
    .addOption(
      new Option('--since <time>', 'from this date, time or age on: 2026-11-01, 2026-11-01T08:00Z, P7D').argParser(
        timeOf,
      ),
    )
    .addOption(new Option('--limit <n>', 'the newest so many').argParser(numberOf).default(50))
    .addOption(
      oneOf(
        '-f, --format <format>',
        'how to report; ocsf: a Remediation Activity of each write, JSON lines',
        FORMATS,
      ).default('text'),
    )
    .addHelpText('after', HELP)
    .action(action);
}

const Day = z.iso.date();
const Instant = z.iso.datetime({ offset: true });

function timeOf(text: string): Date {
  const now = new Date();
  const age = millisecondsOf(text);
  if (age === null && !Day.safeParse(text).success && !Instant.safeParse(text).success)
    throw new InvalidArgumentError(
      'Not a date, a time with its zone, or an age in days, hours and minutes: write 2026-11-01, 2026-11-01T08:00Z or P1DT12H.',
    );
  const time = age === null ? new Date(text) : after(now, -age);
  if (Number.isNaN(time.getTime()) || time > now)
    throw new InvalidArgumentError(age === null ? 'That is still to come.' : 'That is longer ago than time goes.');
  return time;
}

function numberOf(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > MOST)
    throw new InvalidArgumentError(`Not a number from 1 to ${MOST}.`);
  return number;
}

const HELP = `
${WITHOUT_STORAGE}

Outcomes:
  applied        Azure took it
  refused        Azure refused it: a policy, a lock, a missing permission, a state
  conflict       somebody else changed the resource first: nothing was written
  gone           the resource was gone
  not-effective  Azure took it, and it is not in effect
  failed         no answer tells what became of it
  unknown        none is kept: the app was cut off, or writes it right now

Right, signed in as you are (az login):
  Storage Table Data Reader  on the tables journal and accounts; the latter only to find an account by its name

Examples:
  batch-warden journal --storage stbatchwarden1
  batch-warden journal contosorender --storage stbatchwarden1 --since P7D --limit 200
  batch-warden journal "$ACCOUNT_ID" --storage stbatchwarden1 --format json
  batch-warden journal --storage stbatchwarden1 --since P1D --format ocsf > writes.ocsf.json

Exit codes:
  0  shown
  2  bad input, or something could not be read; the rest is shown all the same
  3  a fault of batch-warden itself`;
