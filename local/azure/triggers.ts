import { type ChosenCalls, isChosen, isTurn } from './chosen-calls.ts';
import type { Answer, ArmRequest } from './exchange.ts';

/** What happens in Azure when the app calls. Its path is of the ids that are called; calls are counted since it was added. */
interface Trigger extends ChosenCalls {
  /** Before a PATCH is between what was read and the write. After is before the answer is on its way. */
  readonly when: 'before' | 'after';
  readonly do: () => void;
}

/** All that are set. Calls that a fault or a missing permission keeps from the provider pull none. */
export class Triggers {
  #set: { trigger: Trigger; matched: number }[] = [];
  #pulled = 0;

  /** How often one was pulled. */
  get pulled(): number {
    return this.#pulled;
  }

  add(trigger: Trigger): void {
    this.#set.push({ trigger, matched: 0 });
  }

  clear(): void {
    this.#set = [];
  }

  /** The answer of `serve`, with what the triggers do around it. */
  serve(request: ArmRequest, serve: (request: ArmRequest) => Answer): Answer {
    const matching = this.#set.filter(({ trigger }) => isChosen(trigger, request.method, request.path));
    for (const entry of matching) entry.matched += 1;
    const pulled = matching.filter(({ trigger, matched }) => isTurn(trigger, matched));
    for (const { trigger } of pulled) if (trigger.when === 'before') this.#pull(trigger);
    const answer = serve(request);
    for (const { trigger } of pulled) if (trigger.when === 'after') this.#pull(trigger);
    return answer;
  }

  #pull(trigger: Trigger): void {
    this.#pulled += 1;
    trigger.do();
  }
}
