import { KeyVaults } from '../key-vault/key-vaults.ts';
import type { VaultOptions } from '../key-vault/vault.ts';
import { startArm } from './arm.ts';
import { CallLog } from './call-log.ts';
import type { Caller } from './caller.ts';
import { person } from './caller.ts';
import type { Clock } from './clock.ts';
import { realClock } from './clock.ts';
import type { Delays } from './effects.ts';
import type { DeliverySettings } from './event-grid.ts';
import { EventGrid } from './event-grid.ts';
import { Faults } from './faults.ts';
import type { Identity } from './identity.ts';
import { theIdentity } from './identity.ts';
import type { Json } from './json.ts';
import type { NamedSubscription } from './named-subscription.ts';
import type { NodeLog } from './node-log.ts';
import { type Owner, ownerAt } from './owner.ts';
import { Permissions } from './permissions.ts';
import { type Person, personAt } from './person.ts';
import { Provider } from './provider.ts';
import type { Refusals } from './refusals.ts';
import type { Resizes } from './resize.ts';
import type { ResourceEvent } from './resource-event.ts';
import type { Groups } from './resources.ts';
import { Resources } from './resources.ts';
import { SecondWriters } from './second-writers.ts';
import type { SpecViolation } from './spec-guard.ts';
import { SpecGuard } from './spec-guard.ts';
import { Store } from './store.ts';
import { startTopic, type Topic } from './topic.ts';
import { Triggers } from './triggers.ts';
import type { Retired } from './versions.ts';
import { World } from './world.ts';

export interface LocalAzureOptions {
  /** PEM, for 127.0.0.1. */
  readonly cert: string;
  readonly key: string;
  /** Raw bodies. */
  readonly accounts: readonly Json[];
  readonly pools?: readonly Json[];
  /** Subscriptions that have names; another that has an account is named by its id. */
  readonly subscriptions?: readonly NamedSubscription[];
  /**
   * What is around them: role definitions, role and deny assignments, diagnostic settings, subnets and network security
   * groups. Built-in roles are there without being given.
   */
  readonly resources?: readonly Json[];
  /** The key vaults there are. */
  readonly vaults?: readonly VaultOptions[];
  /** Principal ids of groups, each with those of its members. */
  readonly groups?: Groups;
  /** Items on a page of a list; 1000 unless told. */
  readonly pageSize?: number;
  /** What the app's identity may do, as in the `actions` of a role; everything unless told. Persons may do everything. */
  readonly permissions?: readonly string[];
  readonly clock?: Clock;
  readonly resizes?: Partial<Resizes>;
  readonly retired?: Partial<Retired>;
  readonly delivery?: Partial<DeliverySettings>;
}

/** An Azure of Batch accounts and pools on loopback, for the real clients. */
export interface LocalAzure {
  readonly armEndpoint: string;
  readonly identity: Identity;
  readonly world: World;
  readonly log: CallLog;
  readonly faults: Faults;
  /** The ARM actions that let the app's calls through, in lower case. */
  readonly usedActions: ReadonlySet<string>;
  /** What the app's identity may do from now on, as `permissions` of the options. */
  grant(actions: readonly string[]): void;
  readonly eventGrid: EventGrid;
  /** Each at a URL of its own. */
  readonly vaults: KeyVaults;
  /** For what the program itself has to tell. */
  readonly topic: Topic;
  /** How resizes go from now on. */
  readonly resizes: Resizes;
  /** What Azure serves no more from now on. */
  readonly retired: Retired;
  /** Who fights back when the app writes: nobody, unless added. */
  readonly secondWriters: SecondWriters;
  /** What happens in Azure when the app calls. */
  readonly triggers: Triggers;
  /** Nodes and running tasks that pools lost, and by whom. */
  readonly nodeLog: NodeLog;
  /** What Batch refuses from now on although no document says so. */
  readonly refusals: Refusals;
  /** How long changes from now on take until they are in effect. */
  readonly delays: Delays;
  /** Bodies, ours or the caller's, that were not as the specification says. */
  readonly specViolations: readonly SpecViolation[];
  readonly validated: { readonly answers: number; readonly requests: number; readonly events: number };
  /** Somebody else, who writes through ARM: moves ETags and raises events; no fault strikes, no log entry. */
  asPerson(who?: string | Caller): Person;
  /** Somebody else who owns the pools. */
  asOwner(who?: string | Caller): Owner;
  stop(): Promise<void>;
}

export async function startLocalAzure(options: LocalAzureOptions): Promise<LocalAzure> {
  const clock = options.clock ?? realClock;
  const store = new Store(
    clock,
    options.resizes,
    new Resources(options.groups),
    options.retired,
    options.subscriptions,
  );
  const world = new World(store);
  for (const account of options.accounts) world.setAccount(account);
  for (const pool of options.pools ?? []) world.setPool(pool);
  for (const resource of options.resources ?? []) world.setResource(resource);
  const guard = new SpecGuard();
  const eventGrid = new EventGrid(options.delivery ?? {});
  const provider = new Provider(store, { guard, events: eventGrid, clock, pageSize: options.pageSize ?? 1000 });
  const log = new CallLog();
  const faults = new Faults();
  const identity = await theIdentity();
  const permissions = new Permissions(options.permissions, clock, store.effects.delays);
  const secondWriters = new SecondWriters(provider);
  const triggers = new Triggers();
  const asPerson = (who: string | Caller = 'Ada Example') =>
    personAt(provider, world, typeof who === 'string' ? person(who) : who);
  const arm = await startArm(options, {
    serve: (request) => triggers.serve(request, (call) => secondWriters.serve(call)),
    permissions,
    log,
    faults,
    retired: store.retired,
    now: () => clock.now(),
  });
  const topic = await startTopic(options);
  const tell = (event: ResourceEvent) => eventGrid.tell(event);
  const vaults = new KeyVaults({ vaults: options.vaults ?? [], clock, tell });
  await vaults.start(options);
  return {
    armEndpoint: arm.endpoint,
    identity,
    world,
    log,
    faults,
    usedActions: permissions.used,
    grant: (actions) => permissions.grant(actions),
    eventGrid,
    vaults,
    topic,
    resizes: store.resizes,
    retired: store.retired,
    secondWriters,
    triggers,
    nodeLog: store.nodeLog,
    refusals: store.refusals,
    delays: store.effects.delays,
    specViolations: guard.violations,
    validated: guard.validated,
    asPerson,
    asOwner: (who = 'Ada Example') => ownerAt(asPerson(who), world),
    async stop() {
      eventGrid.stop();
      await Promise.all([arm.stop(), topic.stop(), vaults.stop()]);
    },
  };
}
