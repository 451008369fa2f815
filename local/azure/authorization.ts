import { idKey } from '../../shared/core/model/resource-id.ts';
import { armError, notServed, resourceNotFound } from './errors.ts';
import type { Answer, ArmRequest } from './exchange.ts';
import { ok, Refusal } from './exchange.ts';
import type { Json } from './json.ts';
import { part, text } from './json.ts';
import { page } from './page.ts';
import type { Resources } from './resources.ts';
import type { Store } from './store.ts';

const NAMESPACE = 'Microsoft.Authorization';
const PATH =
  /^(.*)\/providers\/Microsoft\.Authorization\/(roleAssignments|roleDefinitions|denyAssignments)(?:\/([^/]+))?$/i;
/** Of an id: what follows its scope. */
const OWN_PART = /\/providers\/Microsoft\.Authorization\//i;

/**
 * Some of those that its role assignments have.
 * https://learn.microsoft.com/azure/role-based-access-control/role-assignments-list-rest
 */
export const AUTHORIZATION_VERSIONS = ['2015-07-01', '2018-07-01', '2020-04-01-preview', '2022-04-01'];

/** Roles and who has them at a scope; null for what is no path of this provider. */
export function serveAuthorization(
  { resources }: Pick<Store, 'resources'>,
  request: ArmRequest,
  pageSize: number,
): Answer | null {
  const [, scope = '', type = '', name] = PATH.exec(request.path) ?? [];
  const list = (bodies: readonly Json[]) =>
    page(
      bodies.map((body) => ({ body })),
      request,
      pageSize,
    );
  const filter = request.query.get('$filter') ?? '';
  switch (type.toLowerCase()) {
    case 'roleassignments':
      return name === undefined ? list(assignmentsAt(resources, scope, filter)) : assignment(resources, request.path);
    case 'denyassignments':
      return name === undefined ? list(denialsAt(resources, scope, filter)) : denial(resources, request.path);
    case 'roledefinitions':
      return name === undefined ? list(rolesAt(resources, scope, filter)) : role(resources, scope, name);
    default:
      return null;
  }
}

/** Without a filter those at, above and below the scope. */
function assignmentsAt(resources: Resources, scope: string, filter: string): Json[] {
  const related = resources.ofType(`${NAMESPACE}/roleAssignments`).filter((body) => relation(body, scope) !== null);
  if (filter === '') return related;
  const principalId = /^assignedTo\('([^']+)'\)$/.exec(filter)?.[1];
  if (principalId === undefined) throw notServed(`the filter ${filter}`);
  const assignees = resources.assigneesOf(principalId);
  return related.filter((body) => assignees.has(idKey(text(part(body, 'properties')['principalId']))));
}

function denialsAt(resources: Resources, scope: string, filter: string): Json[] {
  if (filter !== '' && filter !== 'atScope()') throw notServed(`the filter ${filter}`);
  const wanted = filter === '' ? ['at or above', 'below'] : ['at or above'];
  return resources
    .ofType(`${NAMESPACE}/denyAssignments`)
    .filter((body) => wanted.includes(relation(body, scope) ?? 'none'));
}

function rolesAt(resources: Resources, scope: string, filter: string): Json[] {
  if (filter !== '') throw notServed(`the filter ${filter}`);
  return resources.ofType(`${NAMESPACE}/roleDefinitions`).filter((body) => relation(body, scope) === 'at or above');
}

function assignment(resources: Resources, id: string): Answer {
  const body = resources.get(id);
  if (body !== null) return ok(body);
  throw new Refusal(armError(404, 'RoleAssignmentNotFound', `The role assignment '${lastOf(id)}' is not found.`));
}

function denial(resources: Resources, id: string): Answer {
  const body = resources.get(id);
  if (body !== null) return ok(body);
  throw resourceNotFound(id);
}

/** A built-in role is at every scope, with that scope in its id. */
function role(resources: Resources, scope: string, name: string): Answer {
  const id = `/providers/${NAMESPACE}/roleDefinitions/${name}`;
  const body = resources.get(`${scope}${id}`) ?? resources.get(id);
  if (body !== null) return ok({ ...body, id: `${scope}${id}` });
  const message = `The specified role definition with ID '${name.replaceAll('-', '')}' does not exist.`;
  throw new Refusal(armError(404, 'RoleDefinitionDoesNotExist', message));
}

/** How the scope of a body bears on the scope that is asked about; management groups are taken to hold everything. */
function relation(body: Json, asked: string): 'at or above' | 'below' | null {
  const id = text(body['id']);
  const own = scopeKey(text(part(body, 'properties')['scope']) || id.slice(0, id.search(OWN_PART)));
  const key = scopeKey(asked);
  if (own === key || key.startsWith(`${own}/`) || own.startsWith('/providers/microsoft.management/'))
    return 'at or above';
  return own.startsWith(`${key}/`) ? 'below' : null;
}

/** Without the slash at its end: the root is empty. */
function scopeKey(scope: string): string {
  return idKey(scope).replace(/\/+$/, '');
}

function lastOf(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}
