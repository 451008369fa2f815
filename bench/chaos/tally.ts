/** What a run came to, once at rest. */
export interface Run {
  /** By resource: the settings that are repaired, as they are in the end. */
  readonly settings: ReadonlyMap<string, string>;
  /** By id: the status of each finding that is remembered. */
  readonly findings: ReadonlyMap<string, string>;
  /** What the app asked Azure to change, in order. */
  readonly writes: readonly Write[];
  /** What was told of findings, in order. */
  readonly told: readonly Told[];
}

export interface Write {
  readonly resource: string;
  readonly body: string;
  /** Null where the connection was cut: it may have taken effect. */
  readonly status: number | null;
}

export interface Told {
  readonly finding: string;
  readonly event: 'finding-opened' | 'finding-changed' | 'finding-exempted' | 'finding-closed';
  /** The same when it is told again. */
  readonly newsId: string;
}

export interface Tally {
  /** Changes that Azure made for the app; what empties a pool and gives its size back is none. */
  readonly repairs: number;
  /** Resources and findings that are not as they would be undisturbed. */
  readonly lost: readonly string[];
  /** Changes that Azure made, said so, and was asked for once more. */
  readonly double: readonly string[];
  readonly toldTwice: number;
  readonly notTold: readonly string[];
}

export function tally(run: Run, undisturbed: Run): Tally {
  const done = run.writes.filter(({ status }) => status === null || status < 300);
  return {
    repairs: new Set(done.filter(isRepair).map(changeOf)).size,
    lost: [...differing(run.settings, undisturbed.settings), ...differing(run.findings, undisturbed.findings)],
    double: repeated(done.filter(({ status }) => status !== null).map(changeOf)),
    toldTwice: repeated(run.told.map(({ newsId }) => newsId)).length,
    notTold: notTold(run),
  };
}

/** Keys of which one map says another thing than the other; what is closed here may be absent there. */
export function differing(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): string[] {
  return [...new Set([...one.keys(), ...other.keys()])].filter((key) => {
    const [ours, theirs] = [one.get(key), other.get(key)];
    return ours !== theirs && !(ours === 'closed' && theirs === undefined);
  });
}

/** All else that the app writes to a pool sets or removes the mark of a drain. */
function isRepair({ body }: Write): boolean {
  return !body.includes('"metadata"');
}

function changeOf({ resource, body }: Write): string {
  return `${resource.toLowerCase()} ${body}`;
}

/** Each but the first of those that are the same. */
function repeated(texts: readonly string[]): string[] {
  const seen = new Set<string>();
  return texts.filter((text) => {
    if (seen.has(text)) return true;
    seen.add(text);
    return false;
  });
}

/** Findings whose opening or end nobody heard of. */
function notTold({ findings, told }: Run): string[] {
  const heard = Map.groupBy(told, ({ finding }) => finding);
  return [...new Set([...findings.keys(), ...heard.keys()])].filter((id) => {
    const lines = heard.get(id) ?? [];
    const isClosed = (findings.get(id) ?? 'closed') === 'closed';
    return lines[0]?.event !== 'finding-opened' || (lines.at(-1)?.event === 'finding-closed') !== isClosed;
  });
}
