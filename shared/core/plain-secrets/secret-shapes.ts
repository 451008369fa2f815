import type { HeldSecret } from '../model/pool-parts.ts';

interface Shape {
  readonly kind: Exclude<HeldSecret['kind'], 'named'>;
  /** With the flag `g`. Its group `value`, where it has one, is the secret and may turn out harmless. */
  readonly pattern: RegExp;
}

/** Of an argument. */
const VALUE = `["']?(?<value>[^\\s"'|;&]{1,256})`;

/**
 * What is known as a secret by its looks, whatever its name. No pattern repeats without a bound, so that the work grows with the
 * length of a text only, and no text is too long to be looked at whole.
 */
export const SHAPES: readonly Shape[] = [
  // `sig` of a shared access signature, after `?` or `&`; of the other clouds' signed URLs.
  { kind: 'signature', pattern: /(?<![a-z_-])sig=(?<value>[^\s"'&;,]{1,256})/gi },
  { kind: 'signature', pattern: /X-(?:Amz|Goog)-Signature=(?<value>[^\s"'&;,]{1,256})/gi },

  // 64 bytes in base64: of storage, Batch, Cosmos DB and others. A digest has as many.
  { kind: 'account-key', pattern: /(?<![\w+/])(?=[A-Za-z0-9+/]{86}==(?![\w+/=]))(?<!sha-?512["':= -]{0,4})/gi },
  // account:endpoint:key
  {
    kind: 'account-key',
    pattern:
      /:(?:[\w-]{1,63}\.){0,5}core\.(?:windows\.net|chinacloudapi\.cn|usgovcloudapi\.net|cloudapi\.de):(?!\d{1,5}(?:\/|$))(?:[A-Za-z0-9+][A-Za-z0-9+/=]{7}|\/[A-Za-z0-9+/]{39})/gi,
  },

  { kind: 'private-key', pattern: /-----BEGIN (?:\w{1,20} ){0,3}PRIVATE KEY|PuTTY-User-Key-File-|AGE-SECRET-KEY-1/g },

  { kind: 'password', pattern: /:\/\/[^\s/?#@:"'<>\\]{0,256}:(?<value>[^\s/?#"'\\@]{1,1024})@/g },
  {
    kind: 'password',
    pattern: argumentAfter('\\bcurl\\b[^\\n|;]{0,256}?\\s(?:-u|-U|--user|--proxy-user)[\\s=]{0,2}', ':'),
  },
  { kind: 'password', pattern: argumentAfter('\\bsshpass\\s{1,4}-p\\s{0,4}') },
  {
    kind: 'password',
    pattern: argumentAfter(
      '\\b(?:az|docker|podman|helm|oras)\\b[^\\n|;&]{0,64}?\\blogin\\b[^\\n|;&]{0,256}?\\s-p[\\s=]{1,4}',
    ),
  },
  { kind: 'password', pattern: argumentAfter('\\bmysql(?:dump|admin|import)?\\b[^\\n|;&]{0,256}?\\s-p(?![\\s-])') },
  { kind: 'password', pattern: argumentAfter('\\bConvertTo-SecureString\\s{1,4}(?:-String\\s{1,4})?(?=["\'])') },
  { kind: 'password', pattern: argumentAfter('\\bnet1?(?:\\.exe)?\\s{1,4}user\\s{1,4}[^\\s/]{1,64}\\s{1,4}(?![/*])') },
  { kind: 'password', pattern: /(?<=:(?<value>[^\s"'|:]{1,128})["']?\s{0,4})\|\s{0,4}(?:sudo\s{1,4})?chpasswd/g },

  { kind: 'token', pattern: /\bBearer\s{1,4}(?=[\w.~+/-]{0,64}\d)[\w.~+/-]{16}/gi },
  { kind: 'token', pattern: /(?:^|\bAuthorization["']?\s{0,4}[:=]\s{0,4}["']?)Basic\s{1,4}[A-Za-z0-9+/]{8}/gi },
  { kind: 'token', pattern: /\bAuthorization["']?\s{0,4}[:=]\s{0,4}["']?Bearer\s{1,4}[\w.~+/-]{8}/gi },
  { kind: 'token', pattern: /\beyJ[\w-]{10,512}\.eyJ[\w-]{4}/g },
  // Of GitHub, GitLab, Slack, npm, PyPI, Hugging Face, Databricks, OpenAI, Google, Entra applications.
  {
    kind: 'token',
    pattern:
      /\b(?:gh[opsur]_[A-Za-z0-9]{36}|github_pat_\w{22}|glpat-[\w-]{20}|xox[abeprs]-[\w-]{10}|npm_[A-Za-z0-9]{36}|pypi-AgE[\w-]{20}|hf_[A-Za-z0-9]{30}|dapi[0-9a-f]{32}|sk-(?:proj-|ant-)?(?=[A-Za-z]{0,19}\d)[A-Za-z0-9]{20}|AIza[\w-]{35})/g,
  },
  { kind: 'token', pattern: /(?<![\w~.-])[\w~.-]{3}\dQ~[\w~.-]{31}/g },
  // URLs that open what they name.
  { kind: 'token', pattern: /:\/\/[A-Za-z0-9_-]{32,255}@/g },
  {
    kind: 'token',
    pattern:
      /hooks\.slack\.com\/services\/T\w|webhook\.office\.com\/webhookb2\/|discord(?:app)?\.com\/api\/webhooks\/\d/gi,
  },
  {
    kind: 'token',
    pattern: /azurewebsites\.net\/[^\s"'<>?]{0,256}\?[^\s"'<>#]{0,256}?(?<=[?&])code=(?![$<{%*])[\w-]{16}/gi,
  },
];

function argumentAfter(lead: string, sign?: string): RegExp {
  return new RegExp(sign ? `${lead}["']?[^\\s"':|;]{1,128}${sign}${VALUE}` : `${lead}${VALUE}`, 'gi');
}
