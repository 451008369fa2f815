import type { Scenario } from '../../core/identities/scenarios.ts';
import { capitalized } from '../../core/model/words.ts';
import { CASES, EITHER, type Prediction } from '../prediction.ts';
import type { Passage } from './page-data.ts';

/** What awaits the nodes and tasks of the pool; nothing where nothing can be said. */
export function predictionPassages({ scenarios, hasApplicationPackages }: Prediction): Passage[] {
  if (scenarios === null) return [];
  const either = scenarios.length > 1 ? [{ heading: EITHER, facts: [] }] : [];
  return [...either, ...scenarios.map((scenario) => passageOf(scenario, hasApplicationPackages))];
}

function passageOf({ number, applicationPackages, resourceFiles, verify }: Scenario, hasPackages: boolean): Passage {
  const { nodes, packages } = applicationPackages;
  const withPackages = hasPackages ? 'Nodes' : 'Nodes, if the pool had application packages';
  return {
    heading: `${capitalized(CASES[number])}.`,
    facts: [
      [withPackages, nodes + errorIn(applicationPackages.error)],
      ['Application packages', packages],
      ['Tasks with files from auto-storage', resourceFiles.result + errorIn(resourceFiles.error)],
      ...(verify === null ? [] : [['To see that it is so', verify] as const]),
    ],
  };
}

function errorIn(error: Scenario['resourceFiles']['error']): string {
  return error === null ? '' : `: ${error.code} (${error.message})`;
}
