import packageJson from '../package.json' with { type: 'json' };
import { isReadable } from '../shared/core/model/pool.ts';
import type { Snapshot } from '../shared/core/model/snapshot.ts';
import { count } from '../shared/core/model/words.ts';
import { baselineInWords } from '../shared/report/baseline.ts';
import { toHtml } from '../shared/report/html/html.ts';
import { type Prediction, predictionFor } from '../shared/report/prediction.ts';
import type { ScanReport } from '../shared/report/scan-report.ts';
import { rules } from '../shared/rules/index.ts';

/** What was judged now, with what awaits the nodes of its pools. */
export function scanAsHtml(report: ScanReport & { readonly snapshots: readonly Snapshot[] }): string {
  const predictions = new Map(report.snapshots.flatMap(predictionsOf));
  const { accounts, pools, unreadable, baseline } = report;
  const given = `${count(accounts, 'account')}, ${count(pools, 'pool')}`;
  const unread = unreadable === 0 ? given : `${given}, ${unreadable} of them unreadable`;
  const read = baseline === null ? unread : `${unread}; ${baselineInWords(baseline)}`;
  const { version } = packageJson;
  return toHtml({ ...report, about: 'Judged', read, version, rules, predictions, history: null });
}

function predictionsOf(snapshot: Snapshot): (readonly [string, Prediction])[] {
  return snapshot.pools.filter(isReadable).map((pool) => [pool.id, predictionFor(pool, snapshot)] as const);
}
