/** Apart, so that no file seems to hold a private key. */
const BEGIN = '-----BEGIN';

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A secret in a text, and the text. */
export interface Canary {
  readonly secret: string;
  readonly text: string;
}

/** Every form with a secret of its own, made from the seed. */
export function canaries(seed: number): Canary[] {
  const random = randomFrom(seed);
  return FORMS.map(([hold, length = 40, letters = ALPHANUMERIC]) => {
    // A small letter, a capital and a digit begin and end each: nearly all that chance makes has them early.
    const sure = letters === ALPHANUMERIC ? 'qZ7' : '';
    const any = Array.from({ length: length - 2 * sure.length }, () => letters[Math.floor(random() * letters.length)]);
    const secret = sure + any.join('') + sure;
    return { secret, text: hold(secret) };
  });
}

/** Of numbers from 0 up to 1: mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Form = readonly [hold: (secret: string) => string, length?: number, letters?: string];

const HEX = '0123456789abcdef';

/** Ways in which a text holds a secret. */
const FORMS: readonly Form[] = [
  [(s) => `https://store1.blob.core.windows.net/c/f.zip?sv=2024-11-04&sr=c&sig=${s}%3D`],
  [(s) => `https://store1.blob.core.windows.net/c%3Fsv%3D2024-11-04%26sig%3D${s}`],
  [(s) => `https://store1.blob.core.windows.net/c%253Fsv%253D2024-11-04%2526sig%253D${s}`],
  [(s) => `https://objects.example.com/b/f.zip?X-Amz-Date=1&X-Amz-Signature=${s}`],
  [(s) => `https://objects.example.com/b/f.zip?X-Goog-Signature=${s}&a=b`],
  [(s) => `https://app1.azurewebsites.net/api/f?code=${s}==`],
  [(s) => `https://files.example.com/get/${s}/setup.zip`],
  [(s) => `https://files.example.com/${s}`, 24],
  [(s) => `see https://files.example.com/t/${s}?download=1 (tools)`],
  [(s) => `https://files.example.com/dl/${s}/setup.zip`, 32, HEX],
  [(s) => `https://hooks.slack.com/services/T01/B02/${s}`, 24],
  [(s) => `https://contoso.webhook.office.com/webhookb2/${s}/IncomingWebhook`],
  [(s) => `https://discord.com/api/webhooks/1234567890/${s}`],
  [(s) => `https://u:${s}@example.com/a`],
  [(s) => `https://u:${s}@u@example.com/a`],
  [(s) => `https://${s}@github.com/contoso/tools.git`],
  [(s) => `DefaultEndpointsProtocol=https;AccountName=a;AccountKey=${s}==;EndpointSuffix=core.windows.net`],
  [(s) => `Endpoint=sb://b/;SharedAccessKeyName=r;SharedAccessKey=${s}=`],
  [(s) => `Server=tcp:s.database.windows.net;User ID=u;Password=${s};`],
  [(s) => `${s}==`, 86],
  [(s) => `store1:core.windows.net:${s}==`],
  [(s) => `tool --account-key ${s} -v`],
  [(s) => `tool --account-key="${s} with blanks ${s}" -v`],
  [(s) => `/bin/sh -c "export DB_PASS='${s}'; run"`],
  [(s) => `run -e APIKEY=${s} image`],
  [(s) => `setx DB_PASSWORD ${s}`],
  [(s) => `[Environment]::SetEnvironmentVariable("DB_PASSWORD", "${s}")`],
  [(s) => `say {"clientSecret": "${s}"}`],
  [(s) => JSON.stringify({ inner: JSON.stringify({ password: s }) })],
  [(s) => `user: me\npassword: ${s}\n`],
  [(s) => `curl -H "Authorization: Bearer ${s}"`],
  [(s) => `Authorization: Basic ${s}`],
  [(s) => `curl -u me:${s} https://example.com`],
  [(s) => `sshpass -p ${s} ssh me@host`],
  [(s) => `docker login -u me -p ${s} contoso.azurecr.io`],
  [(s) => `mysql -u me -p${s} db`],
  [(s) => `ConvertTo-SecureString "${s}" -AsPlainText -Force`],
  [(s) => `net user me ${s} /add`],
  [(s) => `echo "me:${s}" | chpasswd`],
  [(s) => `eyJhbGciOiJSUzI1NiJ9.eyJ${s}.c2ln`],
  [(s) => `ghp_${s}`, 36],
  [(s) => `github_pat_${s}`],
  [(s) => `glpat-${s}`],
  [(s) => `xoxb-${s}`],
  [(s) => `npm_${s}`, 36],
  [(s) => `pypi-AgE${s}`],
  [(s) => `hf_${s}`],
  [(s) => `dapi${s}`, 32, HEX],
  [(s) => `sk-proj-${s}`],
  [(s) => `AIza${s}`],
  [(s) => `abc8Q~${s}`],
  [(s) => `${BEGIN} PRIVATE KEY-----\n${s}\n-----END PRIVATE KEY-----`],
  [(s) => `${BEGIN} RSA PRIVATE KEY----- ${s} ${s}`],
  [(s) => `AGE-SECRET-KEY-1${s}`, 58],
];

/** Those secrets that a text holds, as they are or written for a URL, in base64 or in JSON. */
export function secretsSeenIn(output: string, planted: readonly Canary[]): string[] {
  const seen = [output, output.replaceAll(/\s+/g, ''), ...decoded(output)];
  return planted
    .filter(({ secret }) => {
      const parts = [secret.slice(0, 12), secret.slice(-12)];
      return seen.some((text) => parts.some((part) => text.includes(part)));
    })
    .map(({ text }) => text);
}

/** What a reader would make of a text: of escapes, and of base64 that begins at any of its letters. */
function decoded(output: string): string[] {
  const runs = [...output.matchAll(/[A-Za-z0-9+/]{24,}/g)].flatMap(([run]) =>
    [0, 1, 2, 3].map((from) => Buffer.from(run.slice(from), 'base64').toString('latin1')),
  );
  const unescaped = output
    .replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replaceAll(/\\u([0-9a-f]{4})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return [runs.join('\n'), unescaped];
}
