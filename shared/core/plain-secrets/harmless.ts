/**
 * Whether a value is no secret whatever its name says: it is none, refers to one that stands elsewhere, or is made to be
 * public. What else it holds is judged apart.
 */
export function isHarmless(value: string): boolean {
  return HARMLESS.some((pattern) => pattern.test(value.slice(0, LONGEST).trim()));
}

/** A longer value is taken as it begins. */
const LONGEST = 256;

const KNOWN_FOLDERS = 'app|batch|data|dev|etc|home|mnt|opt|root|run|secrets|srv|tmp|usr|var';

/** Each sees at most `LONGEST` characters. */
const HARMLESS: readonly RegExp[] = [
  // Nothing, a switch or a small number.
  /^(?:|true|false|yes|no|on|off|none|null|undefined|\d{1,3})$/i,
  // What stands for a value that was left out.
  /^(?:\*+|x{3,}|\.{3,}|<[^<>]*>|\{\{[^{}]*\}\}|\{\w*\}|\[?redacted\]?|placeholder)$/i,
  // A variable of a shell or a program, the output of a command, an expression of a template.
  /^(?:\$(?:env:)?[a-z_]\w*|\$\{(?:env:)?[a-z_]\w*\}|%[a-z_]\w*%|![a-z_]\w*!|\$\(.*|`.*|\[[a-z]\w*\(.*)$/is,
  // A Key Vault reference, the address of what is in a vault, a resource.
  /^@microsoft\.keyvault\([^()]*\)$/i,
  /^https:\/\/[\w-]+\.(?:vault|managedhsm)\.(?:azure\.net|azure\.cn|usgovcloudapi\.net|microsoftazure\.de)(?:[:/][^?#\s]*)?$/i,
  /^\/subscriptions\/[^?\s]*$/i,
  // A file.
  new RegExp(`^(?:~|\\.{1,2}|/(?:${KNOWN_FOLDERS}))/[^\\s?=]*$`, 'i'),
  /^(?:[a-z]:|%\w+%|\$\w+|\$\{\w+\})[\\/][^?=]*$/i,
  /^[\w./\\-]+\.(?:json|pem|pfx|p12|key|crt|cer|pub|jks|txt|ya?ml|env|ini|cfg|conf|toml)$/i,
  // A public key or a certificate.
  /^(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-\S+|sk-\S+@openssh\.com) AAAA/,
  /^-----BEGIN (?:\w+ )*(?:PUBLIC KEY|CERTIFICATE)-----(?!.*PRIVATE KEY)/s,
  // Our own mark of which version of a secret a user was given.
  /^[0-9a-f]{32}@\d{4}-\d\d-\d\dT[\d:.]+Z$/,
  // A connection that needs no secret.
  /(?:^|;)\s*(?:Authentication\s*=\s*["']?Active Directory|Integrated Security\s*=\s*(?:true|SSPI)|Trusted_Connection\s*=\s*(?:true|yes)|RunAs\s*=\s*App|UseDevelopmentStorage\s*=\s*true|InstrumentationKey\s*=\s*[0-9a-f-]{36}(?:;|$))/i,
];
