import { randomUUID } from 'node:crypto';
import type { Answer } from './exchange.ts';
import { Refusal } from './exchange.ts';

type Detail = readonly [code: string, message: string];

/**
 * An error as the Batch provider words it: target BatchAccount, and a message that ends in an id and a time.
 * Its codes: https://learn.microsoft.com/rest/api/batchservice/batch-status-and-error-codes
 */
export function batchError(
  status: number,
  code: string,
  message: string,
  options: { details?: readonly Detail[]; headers?: Record<string, string> } = {},
): Answer {
  const details = options.details?.map(([code, message]) => ({ code, message }));
  return {
    status,
    headers: options.headers ?? {},
    body: {
      error: {
        code,
        message: `${message}\nRequestId:${randomUUID()}\nTime:${new Date().toISOString()}`,
        target: 'BatchAccount',
        ...(details === undefined ? {} : { details }),
      },
    },
  };
}

/** An error that ARM itself answers, before the provider: no target. */
export function armError(status: number, code: string, message: string, headers: Record<string, string> = {}): Answer {
  const gateway = { 'x-ms-failure-cause': 'gateway' };
  return { status, headers: { ...gateway, ...headers }, body: { error: { code, message } }, by: 'ARM' };
}

export function propertyCannotBeUpdated(name: string): Refusal {
  const reason = 'A property that cannot be updated was specified as part of the request.';
  return new Refusal(
    batchError(400, 'PropertyCannotBeUpdated', reason, {
      details: [
        ['Reason', reason],
        ['PropertyName', name],
        ['PropertyPath', `properties.${name}`],
      ],
    }),
  );
}

export function invalidPropertyValue(name: string, value: unknown, reason: string): Refusal {
  return new Refusal(
    batchError(400, 'InvalidPropertyValue', 'The value provided for one of the properties is invalid.', {
      details: [
        ['PropertyName', name],
        ['PropertyValue', typeof value === 'string' ? value : (JSON.stringify(value) ?? 'absent')],
        ['Reason', reason],
      ],
    }),
  );
}

export function invalidRequestBody(reason: string): Refusal {
  return new Refusal(
    batchError(400, 'InvalidRequestBody', 'The specified Request Body is not syntactically valid.', {
      details: [['Reason', reason]],
    }),
  );
}

export function conditionNotMet(): Refusal {
  const message = 'The condition specified using HTTP conditional header(s) is not met.';
  return new Refusal(batchError(412, 'ConditionNotMet', message));
}

export function poolBeingResized(): Refusal {
  return new Refusal(batchError(409, 'PoolBeingResized', 'The specified pool is being resized.'));
}

export function poolBeingDeleted(): Refusal {
  return new Refusal(batchError(409, 'PoolBeingDeleted', 'The specified pool is being deleted.'));
}

export function tooManyAutoScaleRequests(seconds: number): Refusal {
  const message = 'Too many requests to enable automatic scaling of the pool were made within 30 seconds.';
  const headers = { 'Retry-After': String(seconds) };
  return new Refusal(batchError(503, 'TooManyEnableAutoScaleRequests', message, { headers }));
}

/** https://learn.microsoft.com/dotnet/api/azure.compute.batch.batcherrorcode.invalidautoscalingsettings */
export function formulaRefused(): Refusal {
  return new Refusal(batchError(400, 'InvalidAutoScalingSettings', 'The specified auto-scale settings are invalid.'));
}

export function deniedByPolicy(policy: string): Answer {
  const message = `Resource was disallowed by policy. Policy identifiers: '[{"policyAssignment":{"name":"${policy}"}}]'.`;
  return armError(403, 'RequestDisallowedByPolicy', message);
}

/** That of a quota is the code of a resize that failed on it; no recorded PATCH was refused so. */
export function growthRefused(by: 'policy' | 'quota'): Refusal {
  if (by === 'policy') return new Refusal(deniedByPolicy('No more nodes'));
  return new Refusal(batchError(409, 'AccountCoreQuotaReached', 'The specified account has reached core quota'));
}

export function autoStorageNoPermission(): Refusal {
  const message =
    'The managed identity does not have permission to access auto storage account. Please use Azure RBAC to assign the managed identity access to auto storage.';
  return new Refusal(batchError(409, 'AutoStorageNoPermission', message));
}

export function poolNotFound(): Refusal {
  return new Refusal(batchError(404, 'PoolNotFound', 'The specified pool does not exist.'));
}

/** Who says that an account is not there, in which words. */
export type NotFoundCode = 'AccountNotFound' | 'ResourceNotFound' | 'ResourceGroupNotFound';

export function accountNotFound(code: NotFoundCode, resourceGroup: string, account: string): Refusal {
  switch (code) {
    case 'AccountNotFound':
      return new Refusal(batchError(404, code, 'The specified account does not exist.'));
    case 'ResourceNotFound':
      return resourceNotFound(`/resourceGroups/${resourceGroup}/providers/Microsoft.Batch/batchAccounts/${account}`);
    case 'ResourceGroupNotFound':
      return new Refusal(armError(404, code, `Resource group '${resourceGroup}' could not be found.`));
  }
}

export function resourceNotFound(id: string): Refusal {
  const resourceGroup = /\/resourceGroups\/([^/]+)/i.exec(id)?.[1] ?? '';
  const resource = id.slice(id.toLowerCase().lastIndexOf('/providers/') + '/providers/'.length);
  const message = `The Resource '${resource}' under resource group '${resourceGroup}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`;
  return new Refusal(armError(404, 'ResourceNotFound', message));
}

/** ARM knows no such version of the type. */
export function unknownVersion(apiVersion: string, type: string, supported: readonly string[]): Refusal {
  const versions = `The supported api-versions are '${supported.join(', ')}'.`;
  const message = `No registered resource provider found for location and API version '${apiVersion}' for type '${type}'. ${versions}`;
  return new Refusal(armError(400, 'NoRegisteredProviderFound', message));
}

export function notServed(what: string): Refusal {
  return new Refusal(armError(501, 'NotImplemented', `This local Azure does not do ${what}.`));
}
