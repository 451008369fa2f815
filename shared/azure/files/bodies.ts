import { isDeepStrictEqual } from 'node:util';
import { ZodError, z } from 'zod';
import type { Account } from '../../core/model/account.ts';
import { type Facets, NOT_IN_FILES, noFacets } from '../../core/model/facet.ts';
import type { Pool } from '../../core/model/pool.ts';
import { notShown, type Reading, unreadable } from '../../core/model/reading.ts';
import { accountOf, idKey } from '../../core/model/resource-id.ts';
import type { Shows } from '../../core/model/shows.ts';
import type { Snapshot } from '../../core/model/snapshot.ts';
import { decodeAccount } from '../codec/account-codec.ts';
import { decodePool } from '../codec/pool-codec.ts';
import { shownRetiredParts } from '../codec/retired-parts-codec.ts';
import {
  type BodyFault,
  fault,
  findIn,
  type JsonDocument,
  type Kind,
  type LeftOut,
  type Resource,
} from './body-items.ts';
import { azRest } from './known-forms.ts';

export interface Bodies {
  /** One for each account that is named, by its own body or by those of its pools; none is complete. */
  readonly snapshots: readonly Snapshot[];
  readonly errors: readonly BodyFault[];
  /** Where each stands that was read from a file; of one that was given twice, all. */
  readonly resources: readonly Resource[];
  /** Distinct ones that were given, the unreadable among them. */
  readonly accounts: number;
  readonly pools: number;
  readonly unreadable: number;
}

interface Given<T> {
  readonly id: string;
  readonly reading: Reading<T>;
}

/** Reads ARM bodies of Batch accounts and pools: a document is one body, an array of them, or a page of a list. */
export function readBodies(documents: readonly JsonDocument[]): Bodies & { readonly leftOut: readonly LeftOut[] } {
  const errors: BodyFault[] = [];
  const leftOut: LeftOut[] = [];
  const found = documents.flatMap((document) => findIn(document, errors, leftOut));
  const refused = found.filter((one) => 'refused' in one);
  errors.push(...refused.map((one) => fault(one, one.below, one.refused)));

  const resources = found.filter((one) => 'kind' in one);
  const accounts = byId(resources, 'account').flatMap((bodies) => readOne(bodies, decodeAccount, errors));
  const pools = byId(resources, 'pool').flatMap((bodies) => readOne(bodies, decodePool, errors));
  return {
    snapshots: snapshotsOf(accounts, pools),
    errors,
    resources,
    leftOut,
    accounts: accounts.length,
    pools: pools.length,
    unreadable: refused.length + [...accounts, ...pools].filter(({ reading }) => 'unknown' in reading).length,
  };
}

function byId(resources: readonly Resource[], kind: Kind): Resource[][] {
  const ofKind = resources.filter((resource) => resource.kind === kind);
  return [...Map.groupBy(ofKind, ({ id }) => idKey(id)).values()];
}

/** Reads the one resource of which these are the bodies: they must all say the same. */
function readOne<T>(
  [first, ...others]: readonly Resource[],
  decode: (body: unknown, shows: Shows) => T,
  errors: BodyFault[],
): Given<T>[] {
  if (first === undefined) return [];
  const { id, kind, body } = first;
  const different = others.filter((other) => !isDeepStrictEqual(comparable(first), comparable(other)));
  const place = `${first.source}${first.path.length > 0 ? ` at ${z.core.toDotPath([...first.path])}` : ''}`;
  const twice = `a different body of the same ${kind}, ${id}, is in ${place}: give one of them`;
  errors.push(...different.map((other) => fault(other, [], twice)));
  if (different.length > 0) return [{ id, reading: { unknown: unreadable('two different bodies of it were given') } }];
  try {
    return [{ id, reading: { known: decode(body, showsOf(kind, body)) } }];
  } catch (error) {
    if (!(error instanceof ZodError)) throw error;
    const { path = [], message: said = 'not as specified' } = error.issues[0] ?? {};
    const message = flattened(first) ?? said;
    errors.push(fault(first, path, `the ${kind} ${id} cannot be read: ${message}`));
    return [{ id, reading: { unknown: unreadable(`its body cannot be read: ${message}`) } }];
  }
}

/** What Azure Resource Manager shows of each resource in every whole answer. */
const ALWAYS = {
  account: z.looseObject({ properties: z.looseObject({ provisioningState: z.string() }) }),
  pool: z.looseObject({
    properties: z.looseObject({ creationTime: z.string(), deploymentConfiguration: z.looseObject({}) }),
  }),
} satisfies Record<Kind, z.ZodType>;

function showsOf(kind: Kind, body: unknown): Shows {
  return ALWAYS[kind].safeParse(body).success ? 'all' : 'some';
}

/** "az batch account list" and others move what is below `properties` up. Null for a body that has them. */
function flattened({ id, body }: Resource): string | null {
  if ('properties' in Object(body)) return null;
  return `not a body as ARM answers it, which has "properties"; "az rest" prints those: ${azRest(id)}`;
}

/** ARM writes the same id, and type, in different case. */
function comparable({ id, body }: Resource): unknown {
  return { ...Object(body), id: idKey(id), type: null };
}

function snapshotsOf(accounts: readonly Given<Account>[], pools: readonly Given<Pool>[]): Snapshot[] {
  const accountIdOf = (id: string) => accountOf(id)?.text ?? id;
  const ids = new Map([...pools, ...accounts].map(({ id }) => [idKey(accountIdOf(id)), accountIdOf(id)]));
  const readings = new Map(accounts.map(({ id, reading }) => [idKey(id), reading]));
  const poolsOf = Map.groupBy(pools, ({ id }) => idKey(accountIdOf(id)));
  return [...ids].map(([key, accountId]) => {
    const own = poolsOf.get(key) ?? [];
    return {
      accountId,
      account: readings.get(key) ?? { unknown: notShown('its body was not given') },
      pools: own.map(({ id, reading }) =>
        'known' in reading ? reading.known : { id, unreadable: reading.unknown.message },
      ),
      complete: false,
      problems: [notShown('a file does not show whether all pools of the account are in it')],
      facets: facetsOf(own),
    };
  });
}

/** Bodies of older api-versions show certificates and node communication modes. */
function facetsOf(pools: readonly Given<Pool>[]): Facets {
  const facets = noFacets(NOT_IN_FILES);
  const known = pools.flatMap(({ reading }) =>
    'known' in reading ? (shownRetiredParts(reading.known.source) ?? []) : [],
  );
  return known.length === 0 ? facets : { ...facets, retired: { known } };
}
