import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { parseSubscription } from '../shared/core/model/arm-id.ts';
import type { Subscription } from '../shared/core/model/subscription.ts';
import { BadInput } from './io.ts';

interface Default extends Subscription {
  /** What says so. */
  readonly from: string;
}

const Profile = z.looseObject({
  subscriptions: z.array(
    z.looseObject({
      id: z.string().refine((id) => parseSubscription(id) !== null),
      name: z.string(),
      isDefault: z.boolean().optional(),
    }),
  ),
});

/** The subscription that other tools would take here; null where none is set. @throws BadInput */
export async function defaultSubscription(env: NodeJS.ProcessEnv): Promise<Default | null> {
  const id = env['AZURE_SUBSCRIPTION_ID']?.trim();
  if (id) {
    if (parseSubscription(id) === null) throw new BadInput('AZURE_SUBSCRIPTION_ID is not the id of a subscription.');
    return { id, name: id, from: 'AZURE_SUBSCRIPTION_ID names it' };
  }
  const folder = env['AZURE_CONFIG_DIR'] || join(homedir(), '.azure');
  const chosen = (await readProfile(join(folder, 'azureProfile.json')))?.subscriptions.find(
    ({ isDefault }) => isDefault,
  );
  return chosen === undefined ? null : { id: chosen.id, name: chosen.name, from: '"az account set" chooses it' };
}

/** As the Azure CLI keeps it, with a mark of byte order; null where it is not there, or not as it should be. */
async function readProfile(path: string): Promise<z.infer<typeof Profile> | null> {
  try {
    return Profile.safeParse(JSON.parse((await readFile(path, 'utf8')).replace(/^\ufeff/, ''))).data ?? null;
  } catch {
    return null;
  }
}
