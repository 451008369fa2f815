import filter from '../../../infra/events/batch-filter.json' with { type: 'json' };
import roles from '../../../infra/role-actions.json' with { type: 'json' };
import type { Shipped } from '../../core/doctor/readings.ts';
import { BATCH_API } from '../arm/arm.ts';

/** What this version deploys and speaks. @param storage name of the app's storage account */
export function shipped(storage: string): Shipped {
  return { reads: roles.auditor, writes: roles.enforcer, filter, apiVersion: BATCH_API, storage };
}

/** The name of the storage account that an endpoint of it leads to. */
export function storageNameOf(endpoint: string): string {
  const { hostname, pathname } = new URL(endpoint);
  // A storage account on loopback has no host of its own.
  return (/^[\d.]+$|^\[|^localhost$/.test(hostname) ? pathname.split('/')[1] : hostname.split('.')[0]) ?? '';
}
