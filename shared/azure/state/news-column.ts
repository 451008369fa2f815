import { z } from 'zod';
import { cut } from '../../core/model/words.ts';
import { FindingLine } from '../../core/plan/log-line.ts';
import { type News, newsId } from '../../core/plan/news.ts';
import { JsonText } from './json-text.ts';

/** The latest news of one finding that are kept until they were told. */
const MOST = 5;
/** Of a text, so that all of them fit into a column. */
const LONGEST = 1000;

/** What the other columns of the row do not tell, or no longer. */
const { event, at, severity, severityBefore, status, why, unknownCode, heldCode, heldMessage, exemption, closedCode } =
  FindingLine.shape;
const Entry = z.object({
  event,
  at,
  severity,
  severityBefore,
  status,
  why,
  unknownCode,
  heldCode,
  heldMessage,
  /** Absent in rows from before there were exemptions. */
  exemption: exemption.default(null),
  closedCode,
});
/** Another version may tell what this one does not know. */
const Entries = z.array(Entry.nullable().catch(null)).transform((entries) => entries.filter((entry) => entry !== null));

const NewsRow = z.object({
  rowKey: z.string(),
  rule: z.string(),
  resource: z.string(),
  path: z.string().catch(''),
  news: JsonText.pipe(Entries).catch([]),
});

/** The news that a row of the table `findings` keeps, told or not; the earliest first. */
export function decodeNews(row: unknown): News[] {
  const { data } = NewsRow.safeParse(row);
  if (data === undefined) return [];
  const { rowKey: finding, rule, resource, path, news } = data;
  return news.map((entry) => ({
    ...entry,
    newsId: newsId(finding, new Date(entry.at)),
    finding,
    rule,
    resource,
    path,
  }));
}

/** The column of a row. @param news of its finding that may not have been told yet, the earliest first */
export function encodeNews(news: readonly News[]): { readonly news?: string } {
  if (news.length === 0) return {};
  const entries = news.slice(-MOST).map((each): z.infer<typeof Entry> => {
    const { why: reason, heldMessage: message } = each;
    return Entry.parse({ ...each, why: cut(reason, LONGEST), heldMessage: message && cut(message, LONGEST) });
  });
  return { news: JSON.stringify(entries) };
}
