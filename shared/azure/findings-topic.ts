import type { TokenCredential } from '@azure/core-auth';
import type { EventGridPublisherClient } from '@azure/eventgrid';
import { openedOnce } from '../core/model/opened-once.ts';
import { accountOf } from '../core/model/resource-id.ts';
import { SECOND } from '../core/model/time.ts';
import type { News } from '../core/plan/news.ts';
import { batchesOf, isRefusedForGood, sendHalving } from './http/batches.ts';
import { briefClient } from './http/patient-client.ts';

/**
 * Event Grid takes a request of 1 MB, and the client adds to each event.
 * https://learn.microsoft.com/azure/event-grid/quotas-limits
 */
const MOST_BYTES = 512 * 1024;
/** So that the log line that names the findings of a lost request is not cut. */
const MOST_EVENTS = 500;
/** For all requests of one look, with the client's own waits and repetitions, in milliseconds. */
const PATIENCE = 30 * SECOND;

/** What an event's `data` holds: what the log says of the finding, and nothing more. */
interface FindingData {
  readonly schema: 1;
  readonly id: string;
  readonly rule: string;
  /** An ARM id. */
  readonly resource: string;
  /** Where in the resource's body; empty for the whole. */
  readonly path: string;
  readonly severity: News['severity'];
  readonly status: News['status'];
  readonly why: string;
  readonly unknownCode: News['unknownCode'];
  readonly heldCode: News['heldCode'];
  readonly heldMessage: string | null;
  readonly exemption: News['exemption'];
  readonly closedCode: News['closedCode'];
}

/** An event, and the id of its finding. */
interface FindingEvent {
  readonly finding: string;
  readonly event: {
    readonly id: string;
    readonly source: string;
    readonly type: string;
    readonly subject: string;
    readonly time: Date;
    readonly data: object;
  };
}

/** Findings of one account that the topic was not told of. */
export interface Unpublished {
  readonly account: string;
  readonly findings: string[];
  readonly reason: string;
  /** The topic would never take them: they are not to be sent again. */
  readonly isGivenUp: boolean;
}

/**
 * Tells a custom topic, by CloudEvents, what was opened, exempted and closed, after remembering it. What the topic does not take
 * within half a minute, or what dies with the instance, is told by the next look. So an event may come twice, with the
 * same id. An event that the topic refuses for good, sent alone, is given up. The table `findings` is the truth.
 * @param endpoint of a topic whose input schema is CloudEvents 1.0
 * @param dataOf what `data` of an event holds: the news of a finding, in some schema
 * @returns what could not be told; it never throws
 */
export function findingsTopic(
  endpoint: string,
  credential: TokenCredential,
  { patience = PATIENCE, dataOf = ownData }: { patience?: number; dataOf?: (news: News) => object } = {},
): (news: readonly News[]) => Promise<Unpublished[]> {
  const client = openedOnce(() => openClient(endpoint, credential));

  return async (news) => {
    const signal = AbortSignal.timeout(patience);
    const events = news.flatMap((each) => eventOf(each, dataOf) ?? []);
    const lost: Unpublished[] = [];
    for (const batch of batchesOf(events, bytesOf, { bytes: MOST_BYTES, items: MOST_EVENTS }))
      lost.push(...(await sendHalving(batch, send, givenUp)));
    return lost;

    async function send(batch: readonly FindingEvent[]): Promise<Unpublished[]> {
      try {
        await (await client()).send(
          batch.map(({ event }) => event),
          { abortSignal: signal },
        );
        return [];
      } catch (error) {
        if (!signal.aborted && isRefusedForGood(error)) throw error;
        const reason = signal.aborted ? `not taken within ${patience / SECOND} seconds` : messageOf(error);
        return [unpublished(batch, reason, false)];
      }
    }
  };
}

function givenUp(event: FindingEvent, error: unknown): Unpublished {
  return unpublished([event], `given up, refused for good: ${messageOf(error)}`, true);
}

function unpublished(batch: readonly FindingEvent[], reason: string, isGivenUp: boolean): Unpublished {
  return { account: batch[0]?.event.source ?? '', findings: batch.map(({ finding }) => finding), reason, isGivenUp };
}

async function openClient(
  endpoint: string,
  credential: TokenCredential,
): Promise<EventGridPublisherClient<'CloudEvent'>> {
  const { EventGridPublisherClient } = await import('@azure/eventgrid');
  return new EventGridPublisherClient(endpoint, 'CloudEvent', credential, { httpClient: briefClient() });
}

const TYPES = {
  'finding-opened': 'BatchWarden.FindingOpened',
  'finding-exempted': 'BatchWarden.FindingExempted',
  'finding-closed': 'BatchWarden.FindingClosed',
} as const satisfies Record<Exclude<News['event'], 'finding-changed'>, string>;

/** Null for a finding that was open and stays so. */
function eventOf(news: News, dataOf: (news: News) => object): FindingEvent | null {
  const { event, newsId, at, finding, resource } = news;
  if (event === 'finding-changed') return null;
  const source = accountOf(resource)?.text ?? resource;
  return {
    finding,
    event: { id: newsId, source, type: TYPES[event], subject: resource, time: new Date(at), data: dataOf(news) },
  };
}

function ownData(news: News): FindingData {
  const { finding: id, rule, resource, path, severity, status, why } = news;
  const { unknownCode, heldCode, heldMessage, exemption, closedCode } = news;
  const codes = { unknownCode, heldCode, heldMessage, exemption, closedCode };
  return { schema: 1, id, rule, resource, path, severity, status, why, ...codes };
}

function bytesOf({ event }: FindingEvent): number {
  return Buffer.byteLength(JSON.stringify(event)) + 1;
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 500);
}
