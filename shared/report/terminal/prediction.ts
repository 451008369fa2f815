import type { Scenario } from '../../core/identities/scenarios.ts';
import { capitalized } from '../../core/model/words.ts';
import { DOCUMENTS } from '../../core/policy/source.ts';
import { CASES, EITHER, type Prediction } from '../prediction.ts';
import { field, flush } from './indent.ts';
import type { Terminal } from './terminal.ts';

const NONE =
  'Prediction: none. There is one only where the account opens auto-storage by managed identity, and the bodies of the ' +
  'account and of the pool show it.';

export function predictionLines({ scenarios, hasApplicationPackages }: Prediction, terminal: Terminal): string[] {
  if (scenarios === null) return flush(NONE, terminal);
  const isOne = scenarios.length === 1;
  return [
    ...flush('Prediction (auto-storage by managed identity)', terminal, ['bold']),
    ...(isOne ? [] : flush(EITHER, terminal)),
    terminal.paint(['dim'], DOCUMENTS['managed-identity-behaviour'].url),
    ...scenarios.flatMap((scenario) => [
      '',
      ...flush(isOne ? capitalized(CASES[scenario.number]) : `Where ${CASES[scenario.number]}`, terminal),
      ...scenarioLines(scenario, hasApplicationPackages, terminal),
    ]),
  ];
}

function scenarioLines(scenario: Scenario, hasPackages: boolean, terminal: Terminal): string[] {
  const { applicationPackages, resourceFiles, verify } = scenario;
  const { nodes, packages, error } = applicationPackages;
  const when = hasPackages ? 'it has some' : 'its body shows none';
  return [
    `  With application packages (${when})`,
    ...field('Nodes', [nodes], terminal),
    ...field('Packages', [packages], terminal),
    ...errorLines(error, terminal),
    '  For a task with resource files from auto-storage',
    ...field('Result', [resourceFiles.result], terminal),
    ...errorLines(resourceFiles.error, terminal),
    ...(verify === null ? [] : ['  To see that it is so', ...field('Look', [verify], terminal)]),
  ];
}

function errorLines(error: Scenario['resourceFiles']['error'], terminal: Terminal): string[] {
  return error === null ? [] : field('Error', [`${error.code}: ${error.message}`], terminal);
}
