import { managedIdentity, person } from '../../../local/azure/caller.ts';
import { handClock } from '../../../local/azure/clock.ts';
import { EventGrid } from '../../../local/azure/event-grid.ts';
import type { Answer } from '../../../local/azure/exchange.ts';
import type { Json } from '../../../local/azure/json.ts';
import { copied, part } from '../../../local/azure/json.ts';
import { personAt } from '../../../local/azure/person.ts';
import { Provider } from '../../../local/azure/provider.ts';
import { type Groups, Resources } from '../../../local/azure/resources.ts';
import { SpecGuard } from '../../../local/azure/spec-guard.ts';
import { Store } from '../../../local/azure/store.ts';
import { NEWEST } from '../../../local/azure/versions.ts';
import { World } from '../../../local/azure/world.ts';
import { credentialOf } from '../../../local/key-vault/credential.ts';
import { KeyVaults } from '../../../local/key-vault/key-vaults.ts';
import type { Arm } from '../../../shared/azure/arm/arm.ts';
import { ArmError } from '../../../shared/azure/arm/arm-error.ts';
import { Secret } from '../../../shared/azure/key-vault/secret.ts';
import { openVaults } from '../../../shared/azure/key-vault/vaults.ts';
import { parsePoolId } from '../../../shared/core/model/resource-id.ts';

/** A PATCH of the app to a pool, and the pool as it was then. */
interface SentPatch {
  readonly path: string;
  readonly body: Json;
  readonly etag: string | null;
  readonly nodes: number;
  readonly status: number;
}

interface Estate {
  readonly accounts: readonly Json[];
  readonly pools: readonly Json[];
  readonly resources?: readonly Json[];
  readonly groups?: Groups;
  /** Names of vaults, at `https://{name}.vault.azure.net`. */
  readonly vaults?: readonly string[];
}

/** The local Azure without its servers, on a clock that stands still: for laws over many histories. */
export function inProcessAzure({ accounts, pools, resources = [], groups, vaults: names = [] }: Estate, start: Date) {
  const clock = handClock(start);
  const store = new Store(clock, { takes: 60_000 }, new Resources(groups));
  const world = new World(store);
  for (const account of accounts) world.setAccount(account);
  for (const pool of pools) world.setPool(pool);
  for (const resource of resources) world.setResource(resource);
  const guard = new SpecGuard();
  const events = new EventGrid({});
  const provider = new Provider(store, { guard, events, clock, pageSize: 1000 });
  const sent: SentPatch[] = [];
  const caller = managedIdentity('warden');

  function call(
    method: string,
    path: string,
    body?: unknown,
    ifMatch: string | null = null,
    apiVersion = NEWEST,
  ): Answer {
    const query = new URLSearchParams({ 'api-version': apiVersion });
    return provider.serve({ method, path, query, apiVersion, body, ifMatch, caller, headers: {} });
  }
  const answered = ({ status, body }: Answer) => ({ status, body: copied(body), retryAfter: null });
  const arm: Arm = {
    async get(path, query) {
      const answer = answered(call('GET', path, undefined, null, query?.apiVersion));
      if (answer.status >= 400) throw new ArmError(answer);
      return answer;
    },
    async *pages(path, query) {
      const answer = answered(call('GET', path, undefined, null, query?.apiVersion));
      if (answer.status >= 400) throw new ArmError(answer);
      const { value } = answer.body as { value: unknown[] }; // a list's page, which the guard has checked
      yield value;
    },
    async patch(path, body, etag) {
      const properties = parsePoolId(path) === null ? {} : part(world.pool(path) ?? {}, 'properties');
      const nodes =
        Number(properties['currentDedicatedNodes'] ?? 0) + Number(properties['currentLowPriorityNodes'] ?? 0);
      const answer = call('PATCH', path, JSON.parse(Secret.jsonOf(body)), etag);
      sent.push({ path, body: body as Json, etag, nodes, status: answer.status }); // JSON of the app's making
      return answered(answer);
    },
  };
  const keyVaults = new KeyVaults({ vaults: names.map((name) => ({ name, id: `/vaults/${name}` })), clock });
  const vaults = openVaults(credentialOf(caller), keyVaults.httpClient());
  const owner = personAt(provider, world, person('an owner'));
  return {
    arm,
    vaults,
    keyVaults,
    nodeLog: store.nodeLog,
    world,
    clock,
    resizes: store.resizes,
    store,
    provider,
    guard,
    sent,
    owner,
  };
}
