import type { Drain, DrainEnd, DrainWrite } from '../../../shared/core/drain/drain.ts';
import { idKey } from '../../../shared/core/model/resource-id.ts';
import type { RotationRequest } from '../../../shared/core/model/rotation-request.ts';
import { DAY } from '../../../shared/core/model/time.ts';
import { attemptsAfterWrite } from '../../../shared/core/plan/attempts.ts';
import type { Release } from '../../../shared/core/plan/contest.ts';
import type { Intent } from '../../../shared/core/plan/journal.ts';
import { NO_MEMORY } from '../../../shared/core/plan/memory.ts';
import type { WriteOutcome } from '../../../shared/core/plan/write.ts';
import type { AccountState, Drains, Journal, LoadedMemory } from '../../../shared/ports.ts';

/** A write in the journal. */
interface Entry {
  readonly intent: Intent;
  outcome: WriteOutcome['kind'] | null;
}

/** What the app keeps of one account, on plain objects: each call happens whole or not at all. */
export class Kept implements Omit<AccountState, 'lease'>, Drains, Journal {
  readonly journal: Entry[] = [];
  readonly rows: Drain[] = [];
  readonly ends = new Map<string, DrainEnd>();
  /** Keys of pools, and until when. */
  readonly slots = new Map<string, number>();
  #memory: LoadedMemory = { ...NO_MEMORY, indexed: null, etag: null };
  #saves = 0;
  readonly #now: () => Date;

  constructor(now: () => Date) {
    this.#now = now;
  }

  get memory(): LoadedMemory {
    return { ...this.#memory, drains: this.rows.map((row) => this.#drain(row)) };
  }

  /** A person leaves a request. */
  ask(request: RotationRequest): void {
    this.#memory = { ...this.#memory, rotations: [...this.#memory.rotations, request] };
  }

  release(release: Release): void {
    this.#memory = { ...this.#memory, releases: [...this.#memory.releases, release] };
  }

  #drain(row: Drain): Drain {
    const writes = this.journal.flatMap(({ intent, outcome }): DrainWrite[] =>
      intent.drain?.id === row.id ? [{ step: intent.drain.step, at: intent.at, outcome: outcome ?? 'unknown' }] : [],
    );
    const ended = this.ends.get(row.id) ?? null;
    return { ...row, ended, writes: ended === null ? writes : [] };
  }

  async lookedFrom() {
    return this.#memory.lookedFrom;
  }

  async receivedSince() {
    return { known: null };
  }

  async load() {
    return this.memory;
  }

  async save(...[, { findings, wakeAt, failedSince }, lookedFrom, memory]: Parameters<AccountState['save']>) {
    if (memory.etag !== this.#memory.etag) return null;
    this.#saves += 1;
    this.#memory = { ...this.#memory, findings, wakeAt, failedSince, lookedFrom, etag: `e${this.#saves}` };
    return new Set<string>();
  }

  async gone() {
    return true;
  }

  async defer() {
    return true;
  }

  async told() {}

  async record(...[, results]: Parameters<AccountState['record']>) {
    const findings = this.#memory.findings.map((finding) =>
      results.reduce((known, { write, outcome, at }) => {
        const meant = write.findings.find(({ id }) => id === finding.id);
        return meant === undefined
          ? known
          : { ...known, attempts: attemptsAfterWrite(write, meant.attempts, outcome, at) };
      }, finding),
    );
    this.#memory = { ...this.#memory, findings };
  }

  async claimSlot(...[, poolId, most]: Parameters<Drains['claimSlot']>) {
    const now = this.#now().getTime();
    for (const [key, until] of this.slots) if (until < now) this.slots.delete(key);
    if (!this.slots.has(idKey(poolId)) && this.slots.size >= most) return false;
    this.slots.set(idKey(poolId), now + DAY);
    return true;
  }

  async beginDrain(...[, drain]: Parameters<Drains['beginDrain']>) {
    if (this.rows.some(({ id }) => id === drain.id)) throw new Error('the row is there');
    this.rows.push(drain);
  }

  async endDrain(...[, { id, poolId }, end]: Parameters<Drains['endDrain']>) {
    if (!this.ends.has(id)) this.ends.set(id, end);
    await this.freeSlot(poolId);
  }

  async freeSlot(poolId: string) {
    this.slots.delete(idKey(poolId));
  }

  async intend(...[, intent]: Parameters<Journal['intend']>) {
    this.journal.push({ intent, outcome: null });
    return String(this.journal.length - 1);
  }

  async conclude(...[, key, outcome]: Parameters<Journal['conclude']>) {
    const entry = this.journal[Number(key)];
    if (entry === undefined) throw new Error('no such intent');
    entry.outcome = outcome.kind;
  }
}
