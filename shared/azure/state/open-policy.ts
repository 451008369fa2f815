import type { TokenCredential } from '@azure/core-auth';
import { isRestError, type RestError } from '@azure/core-rest-pipeline';
import { DefaultAzureCredential } from '@azure/identity';
import type { BlobDownloadResponseParsed, BlockBlobClient } from '@azure/storage-blob';
import { MINUTE } from '../../core/model/time.ts';
import { redacted } from '../../core/plain-secrets/redacted.ts';
import { briefClient } from '../http/patient-client.ts';
import { known, NotAsked, policyFile, told } from './not-asked.ts';
import { readPolicyText } from './policy-blob.ts';
import { messageOf, nullIfMissing, openBlobs } from './storage.ts';

const LONGEST = 2 * MINUTE;

/** The policy's blob, as one answer gave it. */
export interface PolicyFile {
  readonly text: string;
  readonly answer: Pick<BlobDownloadResponseParsed, 'etag' | 'metadata' | Header>;
}
type Header = 'cacheControl' | 'contentDisposition' | 'contentLanguage' | 'contentType';

/** The app's policy, for a person who signs in as himself. The container is not made. */
export interface OpenPolicy {
  /** Null where there is none. @throws NotAsked where Azure does not tell */
  read(): Promise<PolicyFile | null>;
  /**
   * Puts the text in the place of what was read, with its headers and metadata.
   * @returns false when that is not what is there any more
   * @throws NotAsked where Azure does not take it; what says that nobody is signed in, as it is
   */
  replace(before: PolicyFile | null, text: string): Promise<boolean>;
}

/** @param endpoint of blobs; null where it is not known */
export function openPolicy(
  endpoint: string | null,
  credential: TokenCredential = new DefaultAzureCredential({ httpClient: briefClient() }),
): OpenPolicy {
  async function blob(): Promise<BlockBlobClient> {
    const blobs = await openBlobs(known(endpoint), credential);
    return blobs.getContainerClient('config').getBlockBlobClient('policy.yaml');
  }
  return {
    read: () =>
      told(policyFile(endpoint, 'Contributor'), async () => {
        const abortSignal = AbortSignal.timeout(LONGEST);
        const answer = await (await blob()).download(0, undefined, { abortSignal }).catch(nullIfMissing);
        if (answer === null) return null;
        if (answer.readableStreamBody === undefined) throw new Error('The policy came without a body.');
        const text = await readPolicyText(answer.readableStreamBody).catch((cause: unknown) => {
          throw new NotAsked(`the policy was not read to its end: ${redacted(messageOf(cause))}`, { cause });
        });
        return { text, answer };
      }),
    replace: (before, text) =>
      told(policyFile(endpoint, 'Contributor'), async () => {
        try {
          await (await blob()).upload(text, Buffer.byteLength(text), {
            abortSignal: AbortSignal.timeout(LONGEST),
            ...(before === null ? NEW : inPlaceOf(before)),
          });
          return true;
        } catch (error) {
          // Another 409 or 412, such as of a lease, is no change of the text.
          if (isRestError(error) && CHANGED.includes(codeOf(error))) return false;
          throw error;
        }
      }),
  };
}

/** https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes */
const CHANGED = ['ConditionNotMet', 'BlobAlreadyExists'];

function codeOf({ code, response }: RestError): string {
  return code ?? response?.headers.get('x-ms-error-code') ?? '';
}

const NEW = { conditions: { ifNoneMatch: '*' }, blobHTTPHeaders: { blobContentType: 'application/yaml' } };

function inPlaceOf({ answer }: PolicyFile) {
  const { etag, metadata, cacheControl, contentDisposition, contentLanguage, contentType } = answer;
  // Without an ETag nothing is guarded: no blob has this one.
  return {
    conditions: { ifMatch: etag ?? '"none"' },
    ...(metadata === undefined ? {} : { metadata }),
    blobHTTPHeaders: {
      ...(cacheControl === undefined ? {} : { blobCacheControl: cacheControl }),
      ...(contentDisposition === undefined ? {} : { blobContentDisposition: contentDisposition }),
      ...(contentLanguage === undefined ? {} : { blobContentLanguage: contentLanguage }),
      ...(contentType === undefined ? {} : { blobContentType: contentType }),
    },
  };
}
