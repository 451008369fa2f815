/** Whether the name of a setting says that its value is secret: by whole words, so `STORAGE_KEY` does and `MONKEY` does not. */
export function saysSecret(name: string): boolean {
  return SECRET.test(wordsOf(name).join(' '));
}

/** The name of a Key Vault, or of something in it, is no secret. */
const SECRET = /(?<!\S)(?:password|passwd|pwd|secret|token|key(?! vault)|connection ?string)(?!\S)/;

/** In lower case: of `dbPassword`, `DB_PASSWORD`, `db-password2` and `db.password` the words are "db" and "password". */
function wordsOf(name: string): string[] {
  return name
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/\P{L}+/u)
    .filter(Boolean);
}
