import type { OpenDoctor } from '../shared/azure/doctor/open-doctor.ts';
import { worst } from '../shared/core/doctor/check.ts';
import { parseSubscription } from '../shared/core/model/arm-id.ts';
import { redactedIn } from '../shared/core/plain-secrets/redacted.ts';
import { rules } from '../shared/rules/index.ts';
import { orBadInput } from './asking.ts';
import { armEndpoint } from './azure.ts';
import type { DoctorOptions } from './doctor-command.ts';
import { doctorJson, doctorText } from './doctor-in-words.ts';
import { BadInput, CLEAN, FOUND, type Io } from './io.ts';
import { storageEndpoints } from './storage-endpoints.ts';
import { isNotSignedIn } from './why-failed.ts';

const NOT_DONE = 'Nothing was checked';

/** Checks that the app can do its work, and gives the exit code. */
export async function doctor({ storage, subscription, format }: DoctorOptions, io: Io): Promise<number> {
  const endpoints = storageEndpoints(storage, process.env);
  const endpoint = armEndpoint();
  const named = subscription ?? fromEnvironment();
  const { openDoctor } = await import('../shared/azure/doctor/open-doctor.ts');
  const opened = openDoctor(endpoints, endpoint);
  await orBadInput(NOT_DONE, () => signIn(opened));
  const subscriptions = named ?? (await orBadInput(NOT_DONE, () => opened.subscriptions()));
  if (subscriptions.length === 0)
    throw new BadInput(`${NOT_DONE}: the app keeps no account yet. Name the watched subscriptions: --subscription ID.`);
  const now = new Date();
  // By a managed identity that is named, and whose settings are here.
  const isApp = ['IDENTITY_ENDPOINT', 'AZURE_CLIENT_ID'].every((name) => process.env[name]);
  const checks = await opened.examine({
    subscriptions: [...new Set(subscriptions)],
    findingsTopic: process.env['FINDINGS_TOPIC'] || null,
    isApp,
    rules,
    now,
  });
  const report = redactedIn({ at: now, storage: new URL(endpoints.table).host, isApp, checks });
  io.out(format === 'json' ? doctorJson(report) : doctorText(report, io));
  return worst(checks) === 'fail' ? FOUND : CLEAN;
}

/** Whatever else stands in the way of a token is told by its check. */
async function signIn(opened: Pick<OpenDoctor, 'signIn'>): Promise<void> {
  try {
    await opened.signIn();
  } catch (error) {
    if (isNotSignedIn(error)) throw error;
  }
}

/** @throws BadInput */
function fromEnvironment(): readonly string[] | null {
  const text = process.env['WATCHED_SUBSCRIPTIONS'] ?? '';
  const named = text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);
  const wrong = named.find((item) => parseSubscription(item) === null);
  if (wrong !== undefined) throw new BadInput(`Not the id of a subscription in WATCHED_SUBSCRIPTIONS: ${wrong}`);
  return named.length === 0 ? null : named;
}
