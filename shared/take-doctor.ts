import type { Check, Result } from './core/doctor/check.ts';
import type { Doctor, Run, Telling } from './ports.ts';

type DoctorPorts = Pick<Run, 'version'> & Doctor & Pick<Telling, 'log'>;

/** Checks what the app can do and reach; what fails becomes a finding, which ends when it is well again. */
export async function takeDoctor(ports: DoctorPorts): Promise<void> {
  const checks = await ports.examine();
  for (const checked of await ports.recordChecks(checks)) await ports.tellChecks(checked);
  const { version } = ports;
  const [ok, warn, fail] = [number(checks, 'ok'), number(checks, 'warn'), number(checks, 'fail')];
  const notWell = checks.filter(({ result }) => result !== 'ok').map(({ about, name }) => `${about}: ${name}`);
  ports.log({ event: 'doctor', version, ok, warn, fail, notWell });
}

function number(checks: readonly Check[], result: Result): number {
  return checks.filter((check) => check.result === result).length;
}
