import { isRestError } from '@azure/core-rest-pipeline';
import { digest } from '../../core/model/digest.ts';
import { SECOND } from '../../core/model/time.ts';
import { exempting, standingOf } from '../../core/policy/exemption.ts';
import { parseExemptions } from '../../core/policy/parse-exemptions.ts';
import { parsePolicy } from '../../core/policy/parse-policy.ts';
import { builtInPolicy, type InvalidPolicy, type Policy } from '../../core/policy/policy.ts';
import { PolicyError } from '../../core/policy/policy-error.ts';
import { LIMITS } from '../../core/policy/policy-yaml.ts';
import type { Rule } from '../../core/policy/rule.ts';
import type { PolicyRead } from '../../ports.ts';
import { nullIfMissing, type Storage } from './storage.ts';

const PATIENCE = 30 * SECOND;
/** The hash where there is no policy. */
const BUILT_IN = 'built-in';

/** Reads the policy as it is at `now`; throws when it could not be read. */
export type ReadPolicy = (abortSignal: AbortSignal, now: Date) => Promise<PolicyRead>;

/**
 * The policy in `config/policy.yaml`, the built-in one when there is none, with the exemptions in `config/exemptions.yaml`.
 * Both are fetched when they changed, and parsed when they changed or time has made a fault of an exemption.
 */
export function policyBlob(config: Storage['config'], rules: readonly Rule[]): ReadPolicy {
  const readPolicy = textReader(config, 'policy.yaml');
  const readExemptions = textReader(config, 'exemptions.yaml');
  let last: { readonly texts: Texts; readonly at: Date; readonly read: PolicyRead } | null = null;
  return async (abortSignal, now) => {
    const [policy, exemptions] = await Promise.all([readPolicy(abortSignal), readExemptions(abortSignal)]);
    const isSame = last?.texts.policy === policy && last.texts.exemptions === exemptions;
    if (last !== null && isSame && last.at <= now && !isOutdated(last.read, now)) return last.read;
    const texts = { policy, exemptions };
    const read = { ...bound(texts, rules, now), hash: hashOf(texts) };
    last = { texts, at: now, read };
    return read;
  };
}

/** A blob's text: another object for each version. Null where there is none. */
type Text = { readonly text: string } | null;

interface Texts {
  readonly policy: Text;
  readonly exemptions: Text;
}

function textReader(config: Storage['config'], name: string): (abortSignal: AbortSignal) => Promise<Text> {
  let last: { readonly etag: string; readonly read: Text } | null = null;
  return async (abortSignal) => {
    const known = last;
    const conditions = known === null ? {} : { ifNoneMatch: known.etag };
    const blob = (await config()).getBlobClient(name);
    try {
      // One answer, read to its end: pieces read apart could be of two versions.
      const answer = await blob.download(0, undefined, { abortSignal, conditions }).catch(nullIfMissing);
      if (answer === null) return null;
      if (answer.readableStreamBody === undefined) throw new Error(`The blob ${name} came without a body.`);
      const read = { text: await readPolicyText(answer.readableStreamBody) };
      last = answer.etag === undefined ? null : { etag: answer.etag, read };
      return read;
    } catch (error) {
      if (known !== null && isRestError(error) && error.statusCode === 304) return known.read;
      throw error;
    }
  };
}

/** A fault of time stays one. */
function isOutdated(read: PolicyRead, now: Date): boolean {
  return !('invalid' in read) && read.exemptions.some((exemption) => standingOf(exemption, now) === 'stale');
}

/** Either file's faults make the whole invalid: what an author exempts is not written before his faults are mended. */
function bound({ policy, exemptions }: Texts, rules: readonly Rule[], now: Date): Policy | InvalidPolicy {
  const own = policy === null ? builtInPolicy(rules) : parsed('policy.yaml', () => parsePolicy(policy.text, rules));
  const exempt =
    exemptions === null ? [] : parsed('exemptions.yaml', () => parseExemptions(exemptions.text, rules, now));
  const faults = [own, exempt].flatMap((each) => ('invalid' in each ? each.invalid : []));
  if (faults.length > 0 || 'invalid' in own || 'invalid' in exempt) return { invalid: faults.join('; ') };
  return { ...own, ...exempting(exempt) };
}

/** The text, or so much of it that it is seen to be too long. @throws Error when it stops coming */
export function readPolicyText(body: NodeJS.ReadableStream): Promise<string> {
  return withinTime(textOf(body));
}

/** A stream that stops coming is no answer. */
async function withinTime<T>(reading: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error('The policy stopped coming.')), PATIENCE);
  return Promise.race([reading, late.promise]).finally(() => clearTimeout(timer));
}

/** UTF-8 has at most three bytes for each UTF-16 code unit: more bytes are a text that is too long, whatever follows. */
const MOST_BYTES = 3 * LIMITS.characters;

async function textOf(body: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    const bytes = Buffer.from(chunk);
    chunks.push(bytes);
    size += bytes.length;
    if (size > MOST_BYTES) break;
  }
  return Buffer.concat(chunks).toString();
}

/** Enough to tell the versions of the files apart. */
function hashOf({ policy, exemptions }: Texts): string {
  const ofPolicy = policy === null ? BUILT_IN : shortDigest(policy.text);
  return exemptions === null ? ofPolicy : `${ofPolicy}+${shortDigest(exemptions.text)}`;
}

function shortDigest(text: string): string {
  return digest(text).toString('hex').slice(0, 12);
}

function parsed<T>(file: string, parse: () => T): T | InvalidPolicy {
  try {
    return parse();
  } catch (error) {
    if (error instanceof PolicyError) return { invalid: `${file}: ${error.message}` };
    throw error;
  }
}
