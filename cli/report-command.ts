import { Command } from 'commander';
import { storageOption, WITHOUT_STORAGE } from './asking-options.ts';

/** As commander parses them. */
export interface ReportOptions {
  readonly storage?: string;
}

export function reportCommand(action: (options: ReportOptions) => Promise<void>): Command {
  return new Command('report')
    .summary('write all that the app found as one HTML page, with what was before')
    .description(
      'Writes one page for browsers of all that the deployed app keeps: its findings, how many were open on each of the last 30 days, ' +
        'how long fixes took, drains, exemptions and writes. The page loads nothing. It reads the storage of the app, and writes nothing there.',
    )
    .addOption(storageOption())
    .addHelpText('after', HELP)
    .action(action);
}

const HELP = `
${WITHOUT_STORAGE}

Rights, signed in as you are (az login):
  Storage Table Data Reader  on the storage account, or on the tables accounts, findings, drains (without these nothing
                             is shown) and journal
  Storage Blob Data Reader   on the container config: without it nobody is told which exemptions end soon

Examples:
  batch-warden report --storage stbatchwarden1 > report.html

Exit codes, the highest holds:
  0  the page is whole
  2  bad input, or something could not be read; the page says what, and shows the rest
  3  a fault of batch-warden itself`;
