import { glob } from '../../shared/core/model/glob.ts';
import type { Caller } from './caller.ts';
import type { Clock } from './clock.ts';
import { type Delays, Lagging } from './effects.ts';
import { armError } from './errors.ts';
import type { Answer, ArmRequest } from './exchange.ts';
import { ok, Refusal } from './exchange.ts';
import { part, text } from './json.ts';
import { scopeOfRegistration } from './registration.ts';
import { SUBSCRIPTIONS } from './subscriptions.ts';

const VERBS: Readonly<Record<string, string>> = {
  GET: 'read',
  PATCH: 'write',
  PUT: 'write',
  POST: 'action',
  DELETE: 'delete',
};

/** ARM answers these itself, and shows of each what the caller may read: without a role, nothing. */
const FILTERED =
  /^\/subscriptions\/[^/]+\/providers\/(?:Microsoft\.Batch\/batchAccounts|Microsoft\.EventGrid\/systemTopics)$/i;
const OWN = /\/providers\/Microsoft\.Authorization\/permissions$/i;

/** What may be done at every scope by those who call over the wire, and what they did. */
export class Permissions {
  readonly #granted: Lagging<readonly string[]>;
  readonly #clock: Clock;
  readonly #delays: Pick<Delays, 'roles'>;
  readonly #used = new Set<string>();

  /** @param granted as in the `actions` of a role; everything unless told */
  constructor(granted: readonly string[] | undefined, clock: Clock, delays: Pick<Delays, 'roles'>) {
    this.#granted = new Lagging(granted ?? ['*']);
    this.#clock = clock;
    this.#delays = delays;
  }

  /** The actions that let a call through, in lower case. */
  get used(): ReadonlySet<string> {
    return this.#used;
  }

  /** From when it takes effect. */
  grant(granted: readonly string[]): void {
    this.#granted.set(granted, this.#clock.now().getTime() + this.#delays.roles);
  }

  /** Whether the call is for a list that is empty, rather than refused, to who may not read what is on it. */
  hides({ method, path }: Pick<ArmRequest, 'method' | 'path'>): boolean {
    if (SUBSCRIPTIONS.test(path)) return this.#granted.at(this.#clock.now().getTime()).length === 0;
    const action = actionOf(method, path);
    return method === 'GET' && FILTERED.test(path) && action !== null && !this.#has(action);
  }

  /** Throws what ARM answers to who may not make this call; it asks before it looks whether there is such a resource. */
  demand({ method, path, body, caller }: Pick<ArmRequest, 'method' | 'path' | 'body' | 'caller'>): void {
    const action = actionOf(method, path);
    if (action === null) return;
    if (!this.#has(action)) throw unauthorised(caller, action, scopeOfRegistration(path) ?? path);
    const linked = method === 'PATCH' ? linkedActions(body) : [];
    const missing = linked.find((each) => !this.#has(each.action));
    if (missing !== undefined) throw linkUnauthorised(caller, action, path, missing);
    for (const each of [action, ...linked.map((link) => link.action)]) this.#used.add(each.toLowerCase());
  }

  /** What who asks may do, as ARM tells it; null for another call. https://learn.microsoft.com/rest/api/authorization/permissions */
  shown({ method, path }: Pick<ArmRequest, 'method' | 'path'>): Answer | null {
    if (method !== 'GET' || !OWN.test(path)) return null;
    const actions = this.#granted.at(this.#clock.now().getTime());
    return ok({ value: [{ actions, notActions: [], dataActions: [], notDataActions: [] }] });
  }

  #has(action: string): boolean {
    return this.#granted.at(this.#clock.now().getTime()).some((pattern) => glob(pattern)(action));
  }
}

/** `Microsoft.Batch/batchAccounts/pools/write` of a PATCH to a pool; null for a path that names no provider. */
function actionOf(method: string, path: string): string | null {
  if (scopeOfRegistration(path) !== null && method === 'GET') return 'Microsoft.Resources/subscriptions/providers/read';
  const [, namespace, rest = ''] = /.*\/providers\/([^/]+)\/(.+)$/i.exec(path) ?? [];
  const verb = VERBS[method];
  if (namespace === undefined || verb === undefined) return null;
  // Types and names take turns; what is posted to stands where a type would.
  const types = rest.split('/').filter((_, index) => index % 2 === 0);
  return [namespace, ...types, verb].join('/');
}

interface Link {
  readonly action: string;
  readonly scopes: readonly string[];
}

/** What the body of a write demands at resources that it names. */
function linkedActions(body: unknown): Link[] {
  const network = part(body, 'properties', 'networkConfiguration');
  const addresses = part(network, 'publicIPAddressConfiguration')['ipAddressIds'];
  const links: Link[] = [
    {
      action: 'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action',
      scopes: Object.keys(part(body, 'identity', 'userAssignedIdentities')),
    },
    { action: 'Microsoft.Network/virtualNetworks/subnets/join/action', scopes: [text(network['subnetId'])] },
    {
      action: 'Microsoft.Network/publicIPAddresses/join/action',
      scopes: Array.isArray(addresses) ? addresses.map(text) : [],
    },
  ];
  return links.filter(({ scopes }) => scopes.some((scope) => scope !== ''));
}

function unauthorised(caller: Caller, action: string, scope: string): Refusal {
  const message = `${client(caller)} does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`;
  return new Refusal(armError(403, 'AuthorizationFailed', message));
}

function linkUnauthorised(caller: Caller, action: string, scope: string, link: Link): Refusal {
  const message = `${client(caller)} has permission to perform action '${action}' on scope '${scope}'; however, it does not have permission to perform action '${link.action}' on the linked scope(s) '${link.scopes.join(',')}' or the linked scope(s) are invalid.`;
  return new Refusal(armError(403, 'LinkedAuthorizationFailed', message));
}

function client({ appid, oid, name }: Caller): string {
  return `The client '${name ?? appid}' with object id '${oid}'`;
}
