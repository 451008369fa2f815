/** Which calls something is for. */
export interface ChosenCalls {
  readonly method?: string;
  readonly path?: RegExp;
  /** The first matching call, counted from 1. */
  readonly nth?: number;
  /** How many matching calls; one unless told. */
  readonly times?: number;
}

/** Whether the method and the path of a call are those. */
export function isChosen({ method, path }: ChosenCalls, calledMethod: string, calledPath: string): boolean {
  if (method !== undefined && method.toUpperCase() !== calledMethod) return false;
  return path === undefined || calledPath.search(path) >= 0;
}

/** Whether it is the turn of a matching call. @param matched how many have matched, this one included */
export function isTurn({ nth = 1, times = 1 }: ChosenCalls, matched: number): boolean {
  return matched >= nth && matched < nth + times;
}
