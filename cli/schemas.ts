/** What an editor can have a JSON schema of. */
export const SCHEMAS = ['policy', 'exemptions'] as const;
