import type { RequestEndpoints } from '../shared/azure/state/open-requests.ts';
import { Endpoint } from './azure.ts';
import { BadInput } from './io.ts';

/** https://learn.microsoft.com/azure/storage/common/storage-account-overview#storage-account-name */
const NAME = /^[a-z\d]{3,24}$/;
const SETTING = 'AzureWebJobsStorage__tableServiceUri';

const STORAGE = 'BATCH_WARDEN_STORAGE';

/** The app's storage, as `--storage` names it, or else BATCH_WARDEN_STORAGE, or the app's own settings. @throws BadInput */
export function storageEndpoints(
  storage: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): RequestEndpoints {
  const named = storage ?? (environment[STORAGE] || undefined);
  if (named === undefined) return ofSettings(environment);
  const url = NAME.test(named) ? `https://${named}.table.core.windows.net` : named;
  const table = Endpoint.safeParse(url);
  if (!table.success || /\.(?:blob|queue|file|dfs|web)\./.test(new URL(table.data).host))
    throw new BadInput(
      `Not a storage account: ${named}${storage === undefined ? ` (from ${STORAGE})` : ''}. Give its name, such as stbatchwarden1, or the URL of its tables.`,
    );
  const at = (service: string) =>
    /^https:\/\/[^/.]+\.table\./.test(table.data) ? table.data.replace('.table.', `.${service}.`) : null;
  return { table: table.data, queue: at('queue'), blob: at('blob') };
}

function ofSettings(environment: Readonly<Record<string, string | undefined>>): RequestEndpoints {
  const at = (service: string) =>
    Endpoint.safeParse(environment[`AzureWebJobsStorage__${service}ServiceUri`]).data ?? null;
  const table = at('table');
  if (table === null)
    throw new BadInput(
      `Name the storage account of the app: --storage NAME, or in ${STORAGE}, or its URL of tables in ${SETTING} (https).`,
    );
  return { table, queue: at('queue'), blob: at('blob') };
}
