import { jsonText } from '../shared/report/harmless.ts';
import { ruleFacts } from '../shared/report/rule-facts.ts';
import { rulesText } from '../shared/report/terminal/rules-text.ts';
import { rules as known } from '../shared/rules/index.ts';
import { CLEAN, type Io } from './io.ts';
import type { RulesOptions } from './rules-command.ts';

/** Lists the rules, and gives the exit code. */
export function rules({ severity: chosen, format }: RulesOptions, io: Io): number {
  const listed = known.filter(({ severity }) => chosen?.includes(severity) !== false);
  const json = () => `${jsonText({ schema: 1, rules: listed.map(ruleFacts) }, 2)}\n`;
  io.out(format === 'json' ? json() : rulesText(listed, io));
  return CLEAN;
}
