import { after, DAY, HOUR, MINUTE } from '../model/time.ts';
import { count, listed } from '../model/words.ts';
import { fail, type Judged, ok, warn } from './check.ts';
import type { OwnChecks, Readings, Seen, Token } from './readings.ts';

/** One for each audience. */
export function judgeTokens(tokens: readonly Token[], isApp: boolean): Judged[] {
  return tokens.map(({ check, audience, refused }) =>
    refused === null
      ? ok(check, `given for ${audience}`)
      : fail(
          check,
          `none is given for ${audience}: ${refused}`,
          isApp
            ? "see that the app has its identity, and that AZURE_CLIENT_ID is that identity's client id; azd provision sets both"
            : 'sign in again (az login), to the tenant of the app',
        ),
  );
}

const LATE = 15 * MINUTE;
const STUCK = HOUR;
const IS_POISON = /-poison$/;

/** How long messages wait that could be taken. */
export function judgeQueueAges(seen: Readings['queues'], now: Date): Judged {
  if ('unseen' in seen) return warn('queue-ages', `they could not be read: ${seen.unseen}`, 'see stores');
  const waiting = seen.known.flatMap(({ queue, depth }) =>
    IS_POISON.test(queue) || depth?.oldest == null ? [] : [{ queue, age: now.getTime() - depth.oldest.getTime() }],
  );
  const late = waiting.filter(({ age }) => age > LATE);
  const why = `messages wait that could be taken: ${late.map(({ queue, age }) => `in ${queue} for ${Math.floor(age / MINUTE)} minutes`).join(', ')}`;
  const todo =
    'see that the functions run and do not fail: the alarm failed-invocations, and the log of the app (docs/operations.md#doctor)';
  if (late.some(({ age }) => age > STUCK)) return fail('queue-ages', why, todo);
  if (late.length > 0) return warn('queue-ages', why, todo);
  return ok('queue-ages', `nothing waits for more than ${LATE / MINUTE} minutes`);
}

/** Where the app gave up; the functions for these queues take each message at once. */
export function judgePoison(seen: Readings['queues']): Judged {
  if ('unseen' in seen) return warn('poison-queues', `they could not be read: ${seen.unseen}`, 'see stores');
  const full = seen.known.flatMap(({ queue, depth }) =>
    IS_POISON.test(queue) && depth !== null && depth.messages > 0 ? [`${depth.messages} in ${queue}`] : [],
  );
  if (full.length === 0) return ok('poison-queues', 'they are empty');
  return fail(
    'poison-queues',
    `messages failed at every try: ${full.join(', ')}`,
    'see the lines "poison" in the log for what they are and why; mend that, then clear the queue: the next sweep asks for every look again',
  );
}

export function judgePolicy(seen: Readings['policy']): Judged {
  if ('unseen' in seen)
    return fail(
      'policy',
      `it could not be read: ${seen.unseen}`,
      'see stores: nothing is judged while it cannot be read',
    );
  const { invalid } = seen.known;
  if (invalid === null) return ok('policy', 'it is valid');
  return fail(
    'policy',
    `it is not valid, and nothing is judged or begun: ${invalid}`,
    'mend it, check it with npx batch-warden policy FILE, and upload it (docs/deploy.md#the-policy)',
  );
}

/** Twice what it may take. */
const TOO_LONG_AGO = 2 * DAY;

/** What the app found about itself: its rights are not those of who asks. */
export function judgeOwn(seen: Seen<OwnChecks>, now: Date): Judged {
  if ('unseen' in seen)
    return warn('own-checks', `what the app checked could not be read: ${seen.unseen}`, 'see stores');
  const { at, failing } = seen.known;
  if (at === null)
    return warn(
      'own-checks',
      'the app has not checked itself yet: it does so within five minutes after it was deployed',
      'wait, then see that the function wake runs',
    );
  if (now > after(at, TOO_LONG_AGO))
    return fail(
      'own-checks',
      `the app last checked itself at ${at.toISOString()}, and should each day`,
      'see that the function doctor runs: the alarms no-heartbeat and failed-invocations',
    );
  if (failing.length > 0)
    return fail(
      'own-checks',
      `at ${at.toISOString()} the app found ${count(failing.length, 'check')} that ${failing.length === 1 ? 'fails' : 'fail'}: ${listed(failing, '; ')}`,
      'see what it says to do: npx batch-warden status, or the findings of the rule doctor',
    );
  return ok('own-checks', `at ${at.toISOString()} the app found none that fails`);
}
