import { parseAccountId, parsePoolId, sameId } from '../shared/core/model/resource-id.ts';
import { accountTags, type Snapshot } from '../shared/core/model/snapshot.ts';
import type { Policy } from '../shared/core/policy/policy.ts';
import type { Rule } from '../shared/core/policy/rule.ts';
import { predictionFor } from '../shared/report/prediction.ts';
import type { Explanation, RuleVerdict } from '../shared/report/terminal/explanation.ts';
import { rules } from '../shared/rules/index.ts';
import type { Found } from './find-resource.ts';
import { judge } from './judge.ts';
import { onByDefault } from './policy.ts';
import type { Bind } from './policy-file.ts';

/** What the rules for such a resource say of it by the policy, and what awaits its nodes. */
export function explanationOf(found: Found, bind: Bind, now: Date): Explanation {
  const { snapshot } = found;
  if ('account' in found) {
    const { id } = found.account;
    const poolIds = snapshot.pools.map((pool) => pool.id);
    return {
      resourceId: id,
      verdicts: verdictsOf('account', id, snapshot, bind, now),
      about: { kind: 'account', poolIds },
      at: now,
    };
  }
  const { id } = found.pool;
  return {
    resourceId: id,
    verdicts: verdictsOf('pool', id, snapshot, bind, now),
    about: { kind: 'pool', prediction: predictionFor(found.pool, snapshot) },
    at: now,
  };
}

function verdictsOf(scope: Rule['scope'], id: string, snapshot: Snapshot, bind: Bind, now: Date): RuleVerdict[] {
  const { verdicts, findings } = judge(snapshot, bind(rules), now);
  const on = new Set(verdicts.filter(({ resourceId }) => sameId(resourceId, id)).map(({ rule }) => rule.id));
  const onOnceNamed = new Set(rulesOn(id, snapshot, bind(rules.map(onByDefault))));
  return rules
    .filter((rule) => rule.scope === scope)
    .map((rule) => ({
      rule,
      off: on.has(rule.id) ? null : onOnceNamed.has(rule.id) ? OFF_BY_DEFAULT : 'off by the policy',
      findings: findings.filter(({ ruleId, resourceId }) => ruleId === rule.id && sameId(resourceId, id)),
    }));
}

const OFF_BY_DEFAULT = 'off by default: it judges where a policy names it';

function rulesOn(id: string, snapshot: Snapshot, policy: Policy): string[] {
  const target = parsePoolId(id) ?? parseAccountId(id);
  return target === null ? [] : policy.rulesFor({ id: target, tags: accountTags(snapshot) }).map(({ rule }) => rule.id);
}
