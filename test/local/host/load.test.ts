import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { startHost } from '../../../local/host/host.ts';

const nothing = new URL('../../support/host/nothing.ts', import.meta.url).href;
const broken = new URL('../../support/host/broken.ts', import.meta.url).href;
const needsSetting = fileURLToPath(new URL('../../support/host/needs-setting.ts', import.meta.url));

function start(files: readonly string[], environment: Record<string, string> = {}) {
  return startHost({
    files,
    environment,
    queueClient(name) {
      throw new Error(`No queue ${name} is needed.`);
    },
    log() {},
  });
}

test('an app without functions is an error', async () => {
  await expect(start([nothing])).rejects.toThrow('registered no function');
});

test('a file that throws is named', async () => {
  await expect(start([nothing, broken])).rejects.toThrow(/broken\.ts cannot be loaded: broken on purpose/);
});

test('a setting that is missing is named', async () => {
  await expect(start([needsSetting])).rejects.toThrow('needs-setting: schedule needs the setting SCHEDULE');
});

test.each(['@daily', '0 0 2 L * *', '0 0 2 ? * *', '0 0 25 * * *', '* * * *'])(
  'a schedule that is no NCRONTAB is an error: %s',
  async (SCHEDULE) => {
    await expect(start([needsSetting], { SCHEDULE })).rejects.toThrow('is no NCRONTAB expression');
  },
);

test('one host at a time; after its end another may start', async () => {
  const host = await start([needsSetting], { SCHEDULE: '0 0 2 * * *' });
  await expect(start([needsSetting])).rejects.toThrow('runs in this process already');
  await host.stop();
  const second = await start([needsSetting], { SCHEDULE: '0 0 3 * * Mon-Fri' });
  expect(second.functions.get('needs-setting')?.trigger).toMatchObject({ schedule: '0 0 3 * * Mon-Fri' });
  await second.stop();
});
