import { truncated } from '../model/words.ts';
import type { redactedIn } from '../plain-secrets/redacted.ts';
import { bounded, keptFix } from './bounds.ts';
import type { Finding } from './finding.ts';

/** As it is kept and shown: what a person wrote into a body may be secret. Writes have their changes whole. */
export function asKept(finding: Finding, tell: typeof redactedIn): Finding {
  return boundedAgain(told(finding, tell));
}

function told(finding: Finding, tell: typeof redactedIn): Finding {
  const { path, observed, desired, why, fix, held, exemption, attempts } = finding;
  const { refused } = attempts;
  return {
    ...finding,
    ...tell({ path, observed, desired, why, fix, held, exemption }),
    attempts: { ...attempts, refused: tell(refused) },
  };
}

/** Bounded again, as what was redacted may be longer. */
function boundedAgain(finding: Finding): Finding {
  const { held } = finding;
  const short = bounded(finding);
  return {
    ...short,
    fix: short.fix && keptFix(short.fix),
    held: held && { ...held, message: truncated(held.message) },
  };
}
