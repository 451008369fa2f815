import type { Answer, ArmRequest } from './exchange.ts';

/** What happens in Azure when the app calls. */
interface Trigger {
  readonly method?: string;
  /** Of the ids that are called. */
  readonly path?: RegExp;
  /** The first matching call that pulls it, counted from 1 since it was added. */
  readonly nth?: number;
  /** How many matching calls pull it. */
  readonly times?: number;
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
    const pulled = this.#set.filter((entry) => matches(entry.trigger, request) && isTurn(entry));
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

function matches({ method, path }: Trigger, request: ArmRequest): boolean {
  if (method !== undefined && method.toUpperCase() !== request.method) return false;
  return path === undefined || request.path.search(path) >= 0;
}

/** Counts the call. */
function isTurn(entry: { readonly trigger: Trigger; matched: number }): boolean {
  const { nth = 1, times = 1 } = entry.trigger;
  entry.matched += 1;
  return entry.matched >= nth && entry.matched < nth + times;
}
