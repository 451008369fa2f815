import type { TokenCredential } from '@azure/core-auth';

import {
  type HttpClient,
  isRestError,
  type PipelinePolicy,
  type PipelineResponse,
  RestError,
} from '@azure/core-rest-pipeline';

import type { SecretClient, SecretClientOptions } from '@azure/keyvault-secrets';
import { z } from 'zod';
import { openedOnce } from '../../core/model/opened-once.ts';
import { redacted } from '../../core/plain-secrets/redacted.ts';
import { briefClient } from '../http/patient-client.ts';

/** The clients of a vault. */
interface Vault {
  /** Repeats what failed. */
  readonly patient: SecretClient;
  /** Repeats nothing by itself: each version that is set is a new one. */
  readonly once: SecretClient;
}

/** @param url `https://{host}` */
export type Vaults = (url: string) => Promise<Vault>;

/** The vaults that policies name; each is opened at its first call. */
export function openVaults(credential: TokenCredential, httpClient: HttpClient = briefClient()): Vaults {
  const opened = new Map<string, () => Promise<Vault>>();
  return (url) => {
    const vault = opened.get(url) ?? openedOnce(() => open(url, credential, httpClient));
    opened.set(url, vault);
    return vault();
  };
}

async function open(url: string, credential: TokenCredential, httpClient: HttpClient): Promise<Vault> {
  const { SecretClient } = await import('@azure/keyvault-secrets');
  // The local vaults have no name in the domain of Key Vault.
  const disableChallengeResourceVerification = ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);
  const client = (retries?: Pick<SecretClientOptions, 'retryOptions'>) =>
    new SecretClient(url, credential, {
      ...retries,
      httpClient,
      disableChallengeResourceVerification,
      additionalPolicies: [
        { policy: inItsWords, position: 'perCall' },
        { policy: firstAlone(), position: 'perRetry' },
      ],
    });
  return { patient: client(), once: client({ retryOptions: { maxRetries: 0 } }) };
}

/**
 * The others wait until a client's first request is answered: that goes out without its body, so that the vault says how to
 * sign in, and never gets it back where another has signed in meanwhile. https://github.com/Azure/azure-sdk-for-js/issues/14590
 */
function firstAlone(): PipelinePolicy {
  let first: Promise<PipelineResponse> | null = null;
  return {
    name: 'firstAlone',
    async sendRequest(request, next) {
      if (first === null) {
        first = next(request);
        return first;
      }
      await first.catch(() => {});
      return next(request);
    },
  };
}

const Refused = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/** What is answered at last: of a list, the library's error would say the status alone, and not whether a role or a firewall refused. */
const inItsWords: PipelinePolicy = {
  name: 'in-its-words',
  async sendRequest(request, next) {
    const response = await next(request);
    const { status, bodyAsText } = response;
    if (status < 400) return response;
    const { error } = refused(bodyAsText ?? '');
    throw new RestError(error.message, {
      statusCode: status,
      ...(error.code === '' ? {} : { code: error.code }),
      request,
      response,
    });
  },
};

function refused(body: string): z.infer<typeof Refused> {
  try {
    return Refused.parse(JSON.parse(body));
  } catch {
    return { error: { code: '', message: 'it did not say why' } };
  }
}

/** Key Vault's own words: code and message, redacted. */
export function vaultReason(error: unknown): string {
  if (!isRestError(error)) return redacted(error instanceof Error ? error.message : String(error));
  const { statusCode, code } = error;
  if (statusCode === undefined) return `no answer came: ${redacted(firstLineAndAction(error.message))}`;
  // What could not be parsed stands in the message, and a value in it.
  if (statusCode < 400 || code === RestError.PARSE_ERROR)
    return `HTTP ${statusCode}, and the answer is not as specified`;
  return redacted(`HTTP ${statusCode}${code === undefined ? '' : ` ${code}`} - ${firstLineAndAction(error.message)}`);
}

/** Which action is not allowed stands further down. */
function firstLineAndAction(text: string): string {
  const [first = '', ...more] = text.split('\n').map((line) => line.trim());
  return [first, ...more.filter((line) => line.startsWith('Action: '))].join(' ');
}
