import type { TokenCredential } from '@azure/core-auth';

/** A credential whose token Azurite takes: it checks audience, issuer and dates, not the signature. */
export function storageCredential(): TokenCredential {
  const now = Math.floor(Date.now() / 1000);
  const issuer = 'https://sts.windows.net/11111111-1111-1111-1111-111111111111/';
  const claims = { aud: 'https://storage.azure.com', iss: issuer, nbf: now - 60, iat: now - 60, exp: now + 3600 };
  const parts = [{ alg: 'HS256', typ: 'JWT' }, claims].map((part) => encode(JSON.stringify(part)));
  const token = [...parts, encode('no signature')].join('.');
  return { getToken: async () => ({ token, expiresOnTimestamp: claims.exp * 1000 }) };
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64url');
}
