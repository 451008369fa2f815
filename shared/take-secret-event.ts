import { mainOf, secretId } from './core/model/secret.ts';
import { SecretEvent } from './messages.ts';
import type { Intake, Queues, Run, SecretIndex, Telling } from './ports.ts';

/**
 * Asks for a look at the account of which a user has the secret that an event of a vault is about. What is no such event, or
 * about a secret that no look has found, is logged.
 */
export async function takeSecretEvent(
  ports: Run & Pick<Intake, 'isWatched'> & Pick<SecretIndex, 'accountOf'> & Pick<Queues, 'enqueueLook'> & Telling,
  message: unknown,
): Promise<void> {
  const ignored = (reason: string, subject = '', account: string | null = null) =>
    ports.log({ event: 'secret-event-ignored', subject, account, reason });
  const parsed = SecretEvent.safeParse(message);
  if (!parsed.success) return ignored(parsed.error.issues[0]?.message ?? '');
  const { type, secret } = parsed.data;
  const id = secretId(secret);
  const account = await ports.accountOf(mainOf(secret));
  if (account === null) return ignored('of no named user that a look has found', id);
  if (!ports.isWatched(account)) return ignored('not watched', id, account);
  await ports.enqueueLook(account, ports.now());
  ports.log({ event: 'secret-event-taken', subject: id, account, reason: type });
}
