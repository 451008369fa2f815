import { openingOf } from '../shared/core/drain/windows.ts';
import type { Pool } from '../shared/core/model/pool.ts';
import { parsePoolId } from '../shared/core/model/resource-id.ts';
import type { RotationRequest } from '../shared/core/model/rotation-request.ts';
import { pendingOf, secretId } from '../shared/core/model/secret.ts';
import { accountTags, type Snapshot } from '../shared/core/model/snapshot.ts';
import { listed } from '../shared/core/model/words.ts';
import { whyNotAtZero } from '../shared/core/model/zero-nodes.ts';
import type { InvalidPolicy, Policy } from '../shared/core/policy/policy.ts';
import { type NamedUserSecret, secretsOf } from '../shared/core/rotation/inventory.ts';
import { blocking, SECRETS_RULE, userStates } from '../shared/core/rotation/pool-secrets.ts';
import { stateInWords } from '../shared/report/secret-words.ts';
import { shortName } from '../shared/report/short-name.ts';
import type { Terminal } from '../shared/report/terminal/terminal.ts';
import { drainsInWords, durationInWords } from './drains-in-words.ts';
import { heading, labelled, lookInWords } from './labelled.ts';

/** A rotation that was asked for, and what is known of what it meets. */
export interface Guarded {
  readonly request: RotationRequest;
  readonly who: string;
  /** Why no look could be asked for; null where one was. */
  readonly look: string | null;
  readonly seen: { readonly pool: Pool; readonly snapshot: Snapshot } | { readonly unchecked: string };
  readonly policy: Policy | InvalidPolicy | { readonly unread: string };
}

/** For a person: what was asked for, what happens next, and what still holds it. */
export function rotationText(asked: Guarded, terminal: Terminal): string {
  const { request, who, look } = asked;
  const named = (label: string, text: string) => labelled(label, text, terminal.width);
  const lines = [
    ...heading(`Asked for another secret of ${request.user} on ${shortName(request.poolId)}.`, terminal),
    ...named('by', `${who}, ${request.at.toISOString()}`),
    ...named('look', lookInWords(look)),
    '',
    ...heading('What happens next', terminal),
    ...stepsOf(asked).flatMap((step, at) => named(`${at + 1}.`, step)),
    '',
    ...heading('What holds it back, or may', terminal),
    ...guardsOf(asked).flatMap(([label, text]) => named(label, text)),
  ];
  return `${lines.join('\n')}\n`;
}

function stepsOf(asked: Guarded): string[] {
  const { seen, policy } = asked;
  const user = userOf(asked);
  const secret = user?.secret ?? null;
  const name = secret === null ? 'its secret' : secretId(secret);
  const place =
    secret === null ? 'beside its secret, in one whose name ends with -pending' : `in ${secretId(pendingOf(secret))}`;
  const why = 'pool' in seen ? whyNotAtZero(seen.pool) : null;
  const how = !('pool' in seen) ? '' : why === null ? ': it has no node now' : `: ${why}, so by a drain`;
  const grace = 'namedUsersFor' in policy ? policy.namedUsersFor(targetOf(asked)).grace : null;
  const after =
    grace === null
      ? 'stays enabled for a while'
      : grace === 0
        ? 'is disabled'
        : `stays enabled for ${durationInWords(grace)}`;
  return [
    user === null || user.pending === null
      ? `A new version is made ${place}.`
      : `A rotation is under way: the new version that waits ${place} is what you get.`,
    `The pool is given it, with those of its other named users, while it has no node${how}.`,
    `It becomes the current version of ${name}, which tasks read. The one before ${after}.`,
  ];
}

type Guard = readonly [label: string, text: string];

function guardsOf(asked: Guarded): Guard[] {
  const { seen, policy, request } = asked;
  return [
    ...('unchecked' in seen ? [['user', `could not be checked: ${seen.unchecked}`] as const] : []),
    ...policyGuards(asked),
    ...secretGuards(asked),
    ['finding', `${SECRETS_RULE} on ${shortName(request.poolId)} says what it waits for`],
    ...('unread' in policy
      ? [['policy', `could not be read, so its guards are not told: ${policy.unread}`] as const]
      : []),
  ];
}

function policyGuards(asked: Guarded): Guard[] {
  const { policy, seen, request } = asked;
  if ('unread' in policy) return [];
  if ('invalid' in policy) return [['policy', `invalid, so that nothing is begun: ${policy.invalid}`]];
  const mode = modeOf(policy, asked);
  const needsDrain = !('pool' in seen) || whyNotAtZero(seen.pool) !== null;
  const opening = openingOf(policy.drains.windows, request.at);
  return [
    [
      'mode',
      mode === 'enforce'
        ? 'enforce: it is begun'
        : `${mode}: nothing is begun until the policy says enforce for ${SECRETS_RULE}`,
    ],
    ...(policy.freeze ? [['freeze', 'the policy is frozen: nothing is begun'] as const] : []),
    ...(needsDrain ? [['drains', drainsInWords(policy.drains)] as const] : []),
    ...(needsDrain && opening !== null ? [['window', `the next one opens at ${opening.toISOString()}`] as const] : []),
  ];
}

function secretGuards(asked: Guarded): Guard[] {
  const { seen, request } = asked;
  const user = userOf(asked);
  if (user === null || !('pool' in seen)) return [];
  const others = blocking(userStates(seen.pool, seen.snapshot, request.at))
    .map(({ user: { name } }) => name)
    .filter((name) => name !== request.user);
  const whole = `Batch takes the list of users only whole, and of these no secret can be had: ${listed(others)}`;
  return [['secret', stateInWords(user)], ...(others.length === 0 ? [] : [['others', whole] as const])];
}

/** How the user's secret stands, where pool and policy are known. */
function userOf(asked: Guarded): NamedUserSecret | null {
  const { seen, policy, request } = asked;
  if (!('pool' in seen) || !('rulesFor' in policy)) return null;
  const users = secretsOf(seen.pool, seen.snapshot, modeOf(policy, asked), request.at);
  return users.find(({ user }) => user === request.user) ?? null;
}

function modeOf(policy: Policy, asked: Guarded) {
  return policy.rulesFor(targetOf(asked)).find(({ rule }) => rule.id === SECRETS_RULE)?.mode ?? 'off';
}

function targetOf({ request, seen }: Guarded) {
  const id = parsePoolId(request.poolId);
  if (id === null) throw new TypeError(`Not the id of a pool: ${request.poolId}`);
  return { id, tags: 'snapshot' in seen ? accountTags(seen.snapshot) : {} };
}
