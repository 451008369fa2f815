import { type Answer, Refusal } from '../azure/exchange.ts';
import type { ResourceEvent } from '../azure/resource-event.ts';
import { badParameter } from './errors.ts';
import { jsonOf, type VaultRequest } from './exchange.ts';
import type { Gate } from './gate.ts';
import { operationOf } from './operations.ts';
import type { SecretSpec } from './secret-spec.ts';
import type { Vault } from './vault.ts';

/** The version that the client sends; its specification is at hand. */
const API = '2026-04-01';

interface Around {
  readonly gate: Gate;
  readonly spec: SecretSpec;
  readonly tell: (event: ResourceEvent) => void;
}

/** What a vault answers to a call: who calls, whether he may, what he asks for. */
export function answerCall(vault: Vault, path: string, request: VaultRequest, { gate, spec, tell }: Around): Answer {
  const { method, url, authorization, body } = request;
  const asked = operationOf(method, path);
  const answer = answerOf(() => {
    gate.demand(vault, authorization, asked?.name ?? '', asked?.operation.action ?? 'unknown');
    if (asked === null) throw badParameter(`Method ${method} does not allow operation '${path}'`);
    if (url.searchParams.get('api-version') !== API) throw badParameter('The specified version is not supported.');
    const { operation, name, version } = asked;
    const sent = jsonOf(body);
    const wrong = operation.request === null ? [] : spec.request(operation.id, operation.request, sent);
    if (wrong.length > 0) throw badParameter(wrong.join('; '));
    const call = { name, version, body: sent, url: `${vault.url}${path}`, query: url.searchParams };
    return operation.serve(vault, call, tell);
  });
  spec.answer(asked?.operation.id ?? method, asked?.operation.answer ?? null, answer);
  return answer;
}

/** The answer, or that of its refusal. */
function answerOf(serve: () => Answer): Answer {
  try {
    return serve();
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    throw error;
  }
}
