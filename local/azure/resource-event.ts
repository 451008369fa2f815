import { randomUUID } from 'node:crypto';
import { accountOf, parseAccountId, parsePoolId } from '../../shared/core/model/resource-id.ts';
import { TENANT } from './caller.ts';
import type { ArmRequest } from './exchange.ts';

/** An event in Event Grid's own schema. */
export interface ResourceEvent {
  readonly id: string;
  readonly topic: string;
  readonly subject: string;
  readonly eventType: string;
  readonly eventTime: string;
  readonly dataVersion: string;
  readonly metadataVersion: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const ACTIONS: Readonly<Record<string, string>> = {
  listkeys: 'listkeys/action',
  stopresize: 'pools/stopResize/action',
  disableautoscale: 'pools/disableAutoscale/action',
};
const CLAIM = {
  objectId: 'http://schemas.microsoft.com/identity/claims/objectidentifier',
  tenantId: 'http://schemas.microsoft.com/identity/claims/tenantid',
  name: 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name',
};

/** What Event Grid tells about a call to ARM; null for calls that it does not tell of. */
export function resourceEvent(request: ArmRequest, succeeded: boolean, at: Date): ResourceEvent | null {
  const operation = operationOf(request.method, request.path);
  const account = accountOf(request.path);
  if (operation === null || account === null) return null;
  const { kind, name, id } = operation;
  const subject = id.replace(/\/resourceGroups\//i, '/resourcegroups/');
  const { caller, headers } = request;
  const correlationId = first(headers['x-ms-client-request-id']) ?? randomUUID();
  return {
    id: randomUUID(),
    topic: `/subscriptions/${account.subscription}`,
    subject,
    eventType: `Microsoft.Resources.Resource${kind}${succeeded ? 'Success' : 'Failure'}`,
    eventTime: at.toISOString().replace('Z', '0000Z'),
    dataVersion: '2',
    metadataVersion: '1',
    data: {
      authorization: {
        scope: subject,
        action: name,
        evidence: {
          role: caller.type === 'User' ? 'Owner' : 'Contributor',
          roleAssignmentScope: `/subscriptions/${account.subscription}`,
          principalId: caller.oid.replaceAll('-', ''),
          principalType: caller.type,
        },
      },
      claims: {
        aud: 'https://management.azure.com/',
        iss: `https://sts.windows.net/${TENANT}/`,
        appid: caller.appid,
        [CLAIM.objectId]: caller.oid,
        [CLAIM.tenantId]: TENANT,
        ...(caller.name === undefined ? {} : { name: caller.name, [CLAIM.name]: caller.name }),
        ver: '1.0',
      },
      correlationId,
      httpRequest: {
        clientRequestId: correlationId,
        clientIpAddress: '127.0.0.1',
        method: request.method,
        url: `https://management.azure.com${request.path}?${request.query.toString()}`,
      },
      resourceProvider: 'Microsoft.Batch',
      resourceUri: subject,
      operationName: name,
      status: succeeded ? 'Succeeded' : 'Failed',
      subscriptionId: account.subscription,
      tenantId: TENANT,
    },
  };
}

/** The same event in the CloudEvents schema. */
export function cloudEvent(event: ResourceEvent): Record<string, unknown> {
  const { id, topic, subject, eventType, eventTime, data } = event;
  return { source: topic, subject, type: eventType, time: eventTime, id, data, specversion: '1.0' };
}

function operationOf(method: string, path: string): { kind: string; name: string; id: string } | null {
  const resource = parsePoolId(path) ?? parseAccountId(path);
  const type = `Microsoft.Batch/batchAccounts${parsePoolId(path) === null ? '' : '/pools'}`;
  if (resource !== null && (method === 'PATCH' || method === 'PUT'))
    return { kind: 'Write', name: `${type}/write`, id: resource.text };
  if (resource !== null && method === 'DELETE') return { kind: 'Delete', name: `${type}/delete`, id: resource.text };
  const [, id = '', last = ''] = /^(.*)\/([^/]+)$/.exec(path) ?? [];
  const action = method === 'POST' ? ACTIONS[last.toLowerCase()] : undefined;
  return action === undefined ? null : { kind: 'Action', name: `Microsoft.Batch/batchAccounts/${action}`, id };
}

function first(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
