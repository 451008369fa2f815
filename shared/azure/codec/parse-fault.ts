import { ZodError } from 'zod';

/** The first fault of a body and its path. */
export function firstIssue(error: unknown): string {
  if (!(error instanceof ZodError)) throw error;
  const [issue] = error.issues;
  return `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'does not parse'}`;
}
