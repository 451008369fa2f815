/** What an editor can have a JSON schema of. */
export const SCHEMAS = ['policy', 'exemptions'] as const;

/** What is printed, or the file that the schema of a policy is written to. */
export type SchemaOf = (typeof SCHEMAS)[number] | { readonly file: string };
