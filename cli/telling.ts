import { Option } from 'commander';
import type { Io } from './io.ts';

/** As commander parses them. */
export interface Telling {
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly debug?: boolean;
}

/** The options that every command takes: how much is told on standard error beside the report. */
export function tellingOptions(): readonly Option[] {
  return [
    new Option('-q, --quiet', 'tell no progress; errors are told all the same').conflicts(['verbose', 'debug']),
    new Option('--verbose', 'tell progress, also where no terminal shows it'),
    new Option('--debug', 'tell progress and each request to Azure, without bodies and keys'),
  ];
}

/** The terminal, told as much as was asked for. The clients of Azure, which are loaded later, read the environment. */
export function told(io: Io, { quiet = false, verbose = false, debug = false }: Telling, env: NodeJS.ProcessEnv): Io {
  if (debug) env['AZURE_LOG_LEVEL'] ??= 'info';
  const showsProgress = !quiet && (verbose || debug || io.showsProgress);
  // What is logged between would be drawn over.
  return { ...io, showsProgress, redraws: !debug && io.redraws === true, isQuiet: quiet };
}
