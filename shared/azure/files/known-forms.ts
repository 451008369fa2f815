import { z } from 'zod';
import { beginningOf } from '../../core/model/words.ts';

/** A document that holds no body as ARM answers it, but what is known. */
export interface Form {
  /** As in "an ARM template". */
  readonly is: string;
  /** Why it is not read, and the command that makes what is. */
  readonly says: string;
  /** It tells of what stands in Azure: who gives it wants that judged. */
  readonly isOfAzure: boolean;
}

const GET = 'az rest --method get --url';
const VERSION = 'api-version=2025-06-01';
const ONE = `${GET} "$ID?${VERSION}", with the ARM id of the account`;
const INTENDED = `what it would make does not stand in Azure yet, and is not read. Once it does: ${ONE}`;

/** The command that prints the body, or the list, at this path of ARM. */
export function azRest(path: string): string {
  return `${GET} "${/^[\w./()-]+$/.test(path) ? path : '$ID'}?${VERSION}"`;
}

const Keyed = z.record(z.string(), z.unknown());

/** What the document is; null where that is not known. Names and values of it are not repeated, but for an error's code. */
export function formOf(content: unknown): Form | null {
  const list = Array.isArray(content) ? content : [content];
  for (const one of list.slice(0, 3)) {
    const body = Keyed.safeParse(one);
    const form = body.success ? formOfBody(body.data) : null;
    if (form !== null) return form;
  }
  return null;
}

function formOfBody(body: Readonly<Record<string, unknown>>): Form | null {
  const page = z.looseObject({ value: z.tuple([Keyed], z.unknown()) }).safeParse(body);
  const has = (...keys: readonly string[]) => keys.every((key) => key in body);
  const schema = textOf(body['$schema']);
  if (has('error')) return errorAnswer(body['error']);
  if (/deploymentParameters\.json/i.test(schema)) return intended('the parameters of an ARM template');
  if (/deploymentTemplate\.json/i.test(schema) || (has('resources', 'contentVersion') && !has('properties')))
    return intended('an ARM template');
  if (has('predictedResources')) return intended('a snapshot of Bicep');
  if (Array.isArray(body['changes']) || Array.isArray(within(body['properties'], 'changes')))
    return intended('what "az deployment what-if" prints');
  if (has('format_version', 'resource_changes') || has('format_version', 'planned_values'))
    return intended('a plan of Terraform');
  if (has('format_version', 'values') || has('terraform_version', 'serial')) {
    const says = `a state leaves out what Azure has set itself, and may hold secrets: ${ONE}`;
    return { is: 'a state of Terraform', says, isOfAzure: true };
  }
  if (Array.isArray(within(body['deployment'], 'resources'))) {
    return { is: 'an exported stack of Pulumi', says: `it is not read: ${ONE}`, isOfAzure: true };
  }
  if (has('steps', 'config') || has('changeSummary')) return intended('a preview of Pulumi');
  if (has('schema', 'findings') || has('runs', 'version')) {
    const says = 'it holds findings, not bodies: give the files that were scanned';
    return { is: 'a report', says, isOfAzure: false };
  }
  if (Array.isArray(body['data']) || has('SkipToken', 'Data')) {
    const says = `its rows may be cut, and lack what ARM shows: ${subscriptionList()}`;
    return { is: 'what "az graph query" or Search-AzGraph answers', says, isOfAzure: true };
  }
  if (has('StatusCode', 'Content')) {
    const says =
      'write its content alone: (Invoke-AzRestMethod -Path "$ID`?api-version=2025-06-01").Content > body.json';
    return { is: 'what Invoke-AzRestMethod returns', says, isOfAzure: true };
  }
  return ofTools(page.success ? page.data.value[0] : body);
}

/** What other tools print of one account or pool. */
function ofTools(body: Readonly<Record<string, unknown>>): Form | null {
  const has = (...keys: readonly string[]) => keys.every((key) => key in body);
  const of = (is: string, says: string): Form => ({ is, says, isOfAzure: true });
  if (has('AccountName', 'AccountEndpoint') || has('AccountName', 'TaskTenantUrl') || has('PrimaryAccountKey'))
    return of(
      'what Get-AzBatchAccount returns',
      `its names are its own, and it may hold the account's keys: keep it from others. (Invoke-AzRestMethod -Path "$ID\`?${VERSION}").Content > account.json`,
    );
  if (has('VirtualMachineSize') || has('InterComputeNodeCommunicationEnabled'))
    return of(
      'what Get-AzBatchPool returns',
      `its names are its own: (Invoke-AzRestMethod -Path "$ID/pools\`?${VERSION}").Content > pools.json, with the ARM id of the account`,
    );
  if (has('vmSize', 'allocationState') || /^https:\/\/[^/]+\.batch\.[^/]+\/pools\//i.test(textOf(body['url'])))
    return of(
      'what "az batch pool" prints',
      `it does not say in which subscription and resource group the pool is: ${GET} "$ID/pools?${VERSION}", with the ARM id of the account`,
    );
  if (has('accountEndpoint'))
    return of('what "az batch account" prints without its id', `without the id nobody knows which it is: ${ONE}`);
  return null;
}

function subscriptionList(): string {
  return `${GET} "/subscriptions/$SUBSCRIPTION/providers/Microsoft.Batch/batchAccounts?${VERSION}"`;
}

function intended(is: string): Form {
  return { is, says: INTENDED, isOfAzure: false };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function within(value: unknown, key: string): unknown {
  const body = Keyed.safeParse(value);
  return body.success ? body.data[key] : undefined;
}

function errorAnswer(error: unknown): Form {
  const code = within(error, 'code');
  const said = typeof code === 'string' && /^\w+$/.test(code) ? ` (${beginningOf(code)})` : '';
  return {
    is: `an error that Azure answered${said}`,
    says: 'it holds no body: ask again once its cause is gone',
    isOfAzure: true,
  };
}

/** Deeper than its depth, which is 2 unless told, ConvertTo-Json writes an object or a list as such a text. */
const CUT = /^(?:@\{\w+=.*\}|System\.(?:Object|String)\[\]|System\.Collections\.[\w.+`[\], ]+)$/s;
/** Their texts are anybody's. */
const FREE = new Set(['commandLine', 'value', 'formula', 'autoScaleFormula', 'name', 'displayName']);

/** The way to what PowerShell has cut off in a body; null where nothing is. */
export function cutOff(body: unknown): readonly PropertyKey[] | null {
  const left: Node[] = [{ above: null, key: '', value: body }];
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    const { key, value } = node;
    if (typeof value === 'string' && !FREE.has(key) && CUT.test(value)) return wayTo(node);
    if (typeof value !== 'object' || value === null) continue;
    for (const [name, inner] of Object.entries(value)) left.push({ above: node, key: name, value: inner });
  }
  return null;
}

interface Node {
  readonly above: Node | null;
  readonly key: string;
  readonly value: unknown;
}

function wayTo({ above, key }: Node): PropertyKey[] {
  if (above === null) return [];
  return [...wayTo(above), Array.isArray(above.value) ? Number(key) : key];
}

export const CUT_OFF = 'ConvertTo-Json has cut it off here: give it "-Depth 100"';
