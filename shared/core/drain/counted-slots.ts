import { idKey } from '../model/resource-id.ts';

/** A slot of drains as its row has it. */
export interface SlotSeen {
  /** The pool that holds it; null where the row does not tell. */
  readonly poolId: string | null;
  /** Whether another pool can have it. */
  readonly isFree: boolean;
}

/** Slots of which a claim takes and frees only these copies: for who asks what would be begun, and begins nothing. */
export function countedSlots(seen: readonly SlotSeen[]) {
  const slots = seen.map(({ poolId, isFree }) => ({ key: poolId === null ? null : idKey(poolId), isFree }));
  const ownOf = (poolId: string) => slots.find(({ key }) => key === idKey(poolId));
  return {
    async claimSlot(_accountId: string, poolId: string, most: number): Promise<boolean> {
      const own = ownOf(poolId);
      if (own === undefined && slots.filter(({ isFree }) => !isFree).length >= most) return false;
      if (own === undefined) slots.push({ key: idKey(poolId), isFree: false });
      else own.isFree = false;
      return true;
    },
    async freeSlot(poolId: string): Promise<void> {
      const own = ownOf(poolId);
      if (own !== undefined) slots.splice(slots.indexOf(own), 1);
    },
  };
}
