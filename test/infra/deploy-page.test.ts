import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compiled, templatesIn } from '../support/templates/compiled.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const page = (name: string) => readFileSync(join(ROOT, 'docs', name), 'utf8');
const PAGE = page('deploy.md');
const PAGES = [PAGE, page('operations.md'), page('runbook.md')];
const BLOCKS = PAGES.flatMap((text) =>
  Array.from(text.matchAll(/^ *```sh\n(.*?)^ *```$/gms), ([, block]) => String(block)),
);
/** One a line. */
const COMMANDS = BLOCKS.flatMap((block) => block.replaceAll(/\\\n\s*/g, '').split('\n'));

/** What commands say that no template has. */
function faults(commands: readonly string[]): string[] {
  const outputs = templatesIn(compiled('main'))[0]?.outputs ?? {};
  return commands.flatMap((command) => [
    ...Array.from(command.matchAll(/\$\(out (\w+)\)/g), ([, name = '']) => name)
      .filter((name) => !(name in outputs))
      .map((name) => `main has no output ${name}`),
    ...parameterFaults(command),
  ]);
}

function parameterFaults(command: string): string[] {
  const [, file = '', given = ''] = /--template-file (\S+)(?:.*--parameters (.*))?$/.exec(command) ?? [];
  if (file === '') return [];
  if (!existsSync(join(ROOT, file))) return [`there is no ${file}`];
  const parameters = templatesIn(readFileSync(join(ROOT, file), 'utf8'))[0]?.parameters ?? {};
  return Array.from(given.matchAll(/(?:^|\s)(\w+)=/g), ([, name = '']) => name)
    .filter((name) => !(name in parameters))
    .map((name) => `${file} has no parameter ${name}`);
}

test('the commands on the pages are of the shell, and name parameters and outputs that there are', () => {
  for (const block of BLOCKS) execFileSync('bash', ['-n'], { input: block });
  const templates = COMMANDS.filter((command) => command.includes('--template-file'));
  console.log(`pages on deploying and operating: ${BLOCKS.length} blocks, ${templates.length} deployments`);
  expect(faults(COMMANDS)).toEqual([]);
  expect(templates.length).toBeGreaterThan(4);
});

test.each([
  ['az … --template-file infra/compiled/man.json --parameters a=1', 'there is no infra/compiled/man.json'],
  [
    'az … --template-file infra/compiled/main.json --parameters environmentName=a colour="$(b c)"',
    'infra/compiled/main.json has no parameter colour',
  ],
  ['echo "$(out nothing)"', 'main has no output nothing'],
])('%s: a fault is seen', (command, fault) => {
  expect(faults([command])).toEqual([fault]);
});

test('every parameter of the app is told', () => {
  const parameters = Object.keys(templatesIn(compiled('main'))[0]?.parameters ?? {});
  expect(parameters.filter((name) => !PAGE.includes(`\`${name}\``))).toEqual([]);
  expect(parameters.length).toBeGreaterThan(10);
});
