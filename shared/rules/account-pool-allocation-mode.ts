import { z } from 'zod';
import { manual } from '../core/model/change.ts';
import { mayLack } from '../core/model/shows.ts';
import { inOrder } from '../core/model/words.ts';
import { defineRule } from '../core/policy/rule.ts';

/** Policies and quotas of a subscription reach only the nodes that are made in it. */
export const accountPoolAllocationMode = defineRule({
  id: 'account-pool-allocation-mode',
  scope: 'account',
  title: 'The account makes its pools in the subscription that the policy wants',
  advice: 'make a new account with the wanted mode and move to it',
  severity: 'info',
  sources: ['security-best-practices'],
  reads: ['properties.poolAllocationMode'],
  sets: [],
  breaks: null,
  permissions: [],
  defaultOff: true,
  options: z.strictObject({ required: z.enum(['BatchService', 'UserSubscription']).default('UserSubscription') }),

  check(account, { options }) {
    const path = 'properties.poolAllocationMode';
    const { poolAllocationMode: observed } = account;
    const { required: desired } = options;
    const unseen = observed === null ? mayLack(account, 'the pool allocation mode') : null;
    if (unseen !== null) return [{ path, unknown: unseen }];
    const mode = observed ?? 'BatchService';
    if (mode.toLowerCase() === desired.toLowerCase()) return [];
    const why = `The pool allocation mode is ${mode}, and it was set once, when the account was made.`;
    return [{ path, observed, desired, why, fix: manual(HOW_TO[desired]) }];
  },
});

const MOVE = ['make its pools there and move the jobs', 'delete this account'] as const;

const HOW_TO = {
  BatchService: inOrder('make a new account with the pool allocation mode BatchService', ...MOVE),
  UserSubscription: inOrder(
    'register the subscription with Azure Batch, and have a Key Vault for the new account',
    'make a new account with the pool allocation mode UserSubscription and that Key Vault',
    ...MOVE,
  ),
};
