/**
 * Whether a name says that its value is secret: by whole words (`STORAGE_KEY` does, `MONKEY` does not), also run together
 * (`APIKEY`), and not where it only refers to a secret (`SECRET_URI`) or is public by its maker's word (`PARTITION_KEY`).
 */
export function saysSecret(name: string): boolean {
  if (!mayNameSecret(name)) return false;
  const words = wordsOf(name);
  const last = words.at(-1);
  if (last === undefined || REFERENCE.test(last)) return false;
  const all = words.join(' ');
  if (INSIGHTS.test(all) && !OTHER_THAN_INSIGHTS.test(all)) return false;
  return PHRASE.test(all) || words.some((word, index) => isSecretWord(word, words[index - 1], words[index + 1]));
}

/** Whether anything in a text can say secret: cheap, since most texts have nothing of it. */
export function mayNameSecret(text: string): boolean {
  return /pass|pwd|secret|token|key|cred|sas|conn|pat|jwt|signature/i.test(text);
}

/** Of a storage, a Batch or another account, however it is written. */
export function namesAccountKey(name: string): boolean {
  return wordsOf(name).join('').endsWith('accountkey');
}

/** In lower case: of `dbPassword`, `DB_PASSWORD`, `db-password2` and `db.password` the words are "db" and "password". */
function wordsOf(name: string): string[] {
  return name
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/\P{L}+/u)
    .filter(Boolean);
}

function isSecretWord(word: string, before = '', after = ''): boolean {
  if (/(?:password|passwd|passphrase|passcode|credential)s?$|(?:pwd|secret)$/.test(word)) return true;
  if (word === 'secrets') return after === '';
  const [, start = '', stem = ''] = /^(.*?)(tokens?|keys?|pass|sas|creds?|pat|jwt)$/.exec(word) ?? [];
  if (start !== '' && stem !== 'token' && !RUN_TOGETHER.test(start)) return false;
  const owner = start || before;
  switch (stem) {
    case 'token':
      return !PLAIN_TOKEN.test(owner);
    case 'key':
      return !PLAIN_KEY.test(owner) && !AFTER_KEY.test(after);
    case 'tokens':
    case 'keys':
      return SECRET_IN_PLURAL.test(owner);
    case 'pass':
      return after === '' && !PLAIN_PASS.test(owner);
    case 'sas':
      return after === '' || STAGE.test(after);
    case 'cred':
    case 'creds':
    case 'jwt':
      return true;
    case 'pat':
      return GIVES_PAT.test(owner);
    default:
      return false;
  }
}

/** A last word that makes of the name of a secret the name of something about it. */
const REFERENCE = new RegExp(
  `^(?:ur[il]s?|endpoints?|address|host|hostname|server|port|region|location|${[
    'files?|filename|filepath|paths?|dir|directory|folder|mount|volume|bucket|container|vault|keyvault|store|keystore',
    'names?|ids?|identifier|guid|versions?|type|kind|format|encoding|algorithm|alg|scheme|provider|scope|audience|issuer|realm',
    'ref|reference|source|arn|var|variable|prefix|suffix|header|field|column|param|parameter|index|label|thumbprint|fingerprint',
    'user|username|owner|group|script|command|cmd|template|pattern|regex|regexp|method|mode|stdin|prompt|hint|policy',
    'ttl|expiry|expires|expiration|lifetime|timeout|days|hours|minutes|seconds|interval|age|rotation|validity',
    'error|exception|length|size|bits|count|limit|num|number|min|max|required|enabled|disabled|status',
  ].join('|')})$`,
);

const PHRASE =
  /(?<!\S)(?:conn(?:ection)? ?str(?:ing)?s?|pass ?(?:word|wd|phrase|code)s?|(?:access|sas) ?signature)(?!\S)/;

/** The key of Application Insights only says where telemetry goes; it opens nothing. Its API keys do. */
const INSIGHTS = /(?<!\S)app(?:lication)? ?insights(?!\S)/;
const OTHER_THAN_INSIGHTS = /\b(?:api|apikey|access|secret|token|password|pwd)\b/;

/** What runs together with a word for a secret; other letters before it make another word of it, as in `MONKEY`. */
const RUN_TOGETHER = new RegExp(
  `^(?:${[
    'access|account|acct|acr|ad|admin|aad|ado|ai|api|app|auth|aws|az|azdo|azp|azure|basic|batch|blob|client|cognitive|container|cosmos',
    'data|database|db|deploy|dev|devops|docker|domain|encrypt|encryption|event|ftp|func|function|git|github|gitlab|host|http|hub|id',
    'iot|jdbc|ldap|licen[cs]e|login|mail|master|mongo|my|mysql|oauth|openai|oracle|pg|postgres|primary|private|prod|proxy|queue',
    'redis|refresh|registry|root|rsa|s3|sas|search|secondary|secret|security|server|service|session|sftp|shared|share|sign',
    'signing|smb|smtp|speech|sql|ssh|ssl|stg|storage|subscription|svc|table|test|tls|user|vault|vm|web|webhook|win|workspace',
  ].join('|')}){1,3}$`,
);

const PLAIN_KEY =
  /^(?:public|pub|partition|row|sort|foreign|instrumentation|cache|shard|idempotency|group|grouping|lookup|index|authorized|arrow|hot|routing|correlation|dedupe?|natural|surrogate|unique|join|translation|settings)$/;
/** `KEY_VAULT_URL` names a vault, `KEY_FRAME` a picture. */
const AFTER_KEY = /^(?:vaults?|frames?|light|board|words?|pair|press|codes?|map|stroke|points?|event|sync|up|down)$/;
/** Of models and of paging. */
const PLAIN_TOKEN =
  /^(?:stop|eos|bos|pad|mask|unk|sep|cls|special|start|end|next|continuation|page|cancellation|public)$/;
/** Of renderers, encoders and compilers. */
const PLAIN_PASS =
  /^(?:render|shader|shadow|beauty|depth|z|light|lighting|diffuse|specular|geometry|alpha|first|second|third|final|last|one|two|single|multi|pre|post|num|by|optimi[sz]ation|encode|encoder|video)$/;
const SECRET_IN_PLURAL =
  /^(?:api|access|account|auth|oauth|refresh|bearer|sas|secret|shared|storage|private|host|function)$/;
const STAGE = /^(?:dev|test|stage|staging|prod|primary|secondary|read|write|ro|rw|value|string)$/;
const GIVES_PAT = /^(?:git|github|gitlab|ado|azdo|azp|azure|devops|ext)$/;
