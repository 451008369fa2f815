import { isHarmless } from './harmless.ts';

/** What stands for a secret in a text. It is harmless itself, so that a text that was redacted once stays as it is. */
export const LEFT_OUT = '***';

/** A URL without what may open it: the query, however it is begun, and a user's name and password. */
export function withoutQuery(url: string): string {
  return url.replace(/(?:[?#&;]|%3f|%23|%26|%3b).*$/is, '').replace(/^([a-z][a-z0-9+.-]*:\/\/)?[^/]*@/i, '$1');
}

/** The same, and without the parts of its path that look like tokens. */
export function urlAsName(url: string): string {
  return withoutTokens(withoutQuery(url));
}

/** Every URL of a text without what may open it: user and password, values of its query, tokens in its path. */
export function withUrlsAsTold(text: string): string {
  return text.includes('://') ? text.replace(URL_IN_TEXT, urlAsTold) : text;
}

const URL_IN_TEXT = /(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{0,30}:\/\/[^\s"'<>]+/gi;

function urlAsTold(url: string): string {
  if (isHarmless(url)) return url;
  const [, start = '', rest = ''] = /^([^?#]*)(.*)$/s.exec(url) ?? [];
  const query = rest.replace(/=[^&#;]*/g, `=${LEFT_OUT}`);
  return withoutTokens(start.replace(/^([^/]*\/\/)[^/]*@/, '$1')) + query;
}

function withoutTokens(url: string): string {
  const [, origin = '', path = ''] = /^((?:[a-z][a-z0-9+.-]*:\/\/)?[^/]*)(.*)$/is.exec(url) ?? [];
  if (path === '' || isHarmless(url)) return url;
  const parts = path.split('/');
  const isTold = (part: string, at: number) => !isToken(part) || parts[at - 1]?.toLowerCase() === 'subscriptions';
  return origin + parts.map((part, at) => (isTold(part, at) ? part : LEFT_OUT)).join('/');
}

/** Whether a part of a path looks as if it were made by chance: nobody would name a file or a folder so. */
function isToken(part: string): boolean {
  return GUID.test(part) || part.split(/[^A-Za-z0-9]+/).some(isRandom);
}

const GUID = /(?<![0-9a-f])[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?![0-9a-f])/i;

function isRandom(word: string): boolean {
  if (word.length < 12) return false;
  if (/\d/.test(word))
    return word.length >= 20 || (/[a-z]/i.test(word) && !/^(?:[a-z]+\d{1,4}|\d{8}[a-z]{1,4}|\d+)$/i.test(word));
  const turns = word.match(/[a-z](?=[A-Z])|[A-Z](?=[a-z])/g)?.length ?? 0;
  return turns * 3 > word.length;
}
