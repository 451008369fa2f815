/** When Batch stops to support what nodes run on. The one place for these dates: see {@link CHECKED}. */

/** The day on which all of this was last compared with its sources. */
export const CHECKED = '2026-11-27';

export interface Support {
  /** The last day, in UTC; null where none is announced, which is no promise. */
  readonly lastDay: string | null;
  /** Where that stands. */
  readonly source: string;
}

const issue = (number: number) => `https://github.com/Azure/Batch/issues/${number}`;
/** What Batch listed as supported in November 2024, the newest list that was found. */
const LISTED = 'https://learn.microsoft.com/rest/api/batchservice/account/listsupportedimages';

/** By `nodeAgentSkuId`. On Linux the agent decides, for images of your own too. */
export const NODE_AGENTS: { readonly [nodeAgentSkuId: string]: Support } = {
  'batch.node.ubuntu 14.04': { lastDay: '2019-08-01', source: issue(61) },
  'batch.node.ubuntu 16.04': { lastDay: '2021-05-21', source: issue(106) },
  'batch.node.ubuntu 18.04': { lastDay: '2023-05-30', source: issue(152) },
  'batch.node.ubuntu 20.04': { lastDay: '2025-04-23', source: issue(174) },
  'batch.node.ubuntu 22.04': { lastDay: '2027-06-30', source: issue(200) },
  'batch.node.ubuntu 24.04': { lastDay: null, source: LISTED },
  'batch.node.centos 7': { lastDay: '2024-07-01', source: issue(169) },
  'batch.node.centos 8': { lastDay: '2021-12-31', source: issue(119) },
  // 8 and 9 ended before 10, on days that were not found.
  'batch.node.debian 8': { lastDay: '2023-08-31', source: issue(180) },
  'batch.node.debian 9': { lastDay: '2023-08-31', source: issue(180) },
  'batch.node.debian 10': { lastDay: '2023-08-31', source: issue(180) },
  'batch.node.mariner 2.0': { lastDay: '2025-07-31', source: issue(188) },
  'batch.node.el 8': { lastDay: null, source: LISTED },
  'batch.node.el 9': { lastDay: null, source: LISTED },
  // On Windows the image decides.
  'batch.node.windows amd64': { lastDay: null, source: LISTED },
};

interface ImageSupport extends Support {
  readonly publisher: string;
  readonly offer: string;
  /** Of the SKUs that it holds for. */
  readonly sku: RegExp;
}

/** Of the marketplace: those that end before their agent does, and the versions of Windows that are known. */
export const IMAGES: readonly ImageSupport[] = [
  { publisher: 'almalinux', offer: 'almalinux', sku: /./, lastDay: '2024-12-29', source: issue(181) },
  { ...windows(/^2012-/), lastDay: '2024-12-05', source: issue(179) },
  { ...windows(/^2016-/), lastDay: '2027-01-12', source: issue(197) },
  { ...windows(/^(?:2019|2022)-/), lastDay: null, source: LISTED },
];

function windows(sku: RegExp) {
  return { publisher: 'microsoftwindowsserver', offer: 'windowsserver', sku };
}
