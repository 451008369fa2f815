import { BadInput } from './io.ts';

/** For a person: what Azure said, and what to do. @throws what is a fault of the program */
export function whyFailed(error: unknown): string {
  if (!(error instanceof Error) || error instanceof TypeError || error instanceof RangeError) throw error;
  return isNotSignedIn(error) ? NOT_SIGNED_IN : error.message;
}

/** Each way to sign in has its own reason, and none is the one that counts. */
const NOT_SIGNED_IN = 'not signed in: run "az login" first. (--debug tells each way that was tried.)';

/** What is read. @throws BadInput for who is not signed in: nothing else can be read either */
export async function signedIn<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw isNotSignedIn(error) ? new BadInput(NOT_SIGNED_IN, { cause: error }) : error;
  }
}

export function isNotSignedIn(error: unknown): boolean {
  return error instanceof Error && SIGN_IN_ERRORS.includes(error.name);
}

const SIGN_IN_ERRORS = ['AggregateAuthenticationError', 'AuthenticationRequiredError', 'CredentialUnavailableError'];
