import { glob } from '../model/glob.ts';
import { modeIn, type PolicyDocument } from './policy-document.ts';

/** Whether the policy lets any rule write in the subscription: at once, or once a person approves. */
export function writesIn({ mode, rules, scopes }: PolicyDocument, subscription: string): boolean {
  const here = scopes.filter(({ match }) => match.subscription === undefined || glob(match.subscription)(subscription));
  const entries = [rules, ...here.map((scope) => scope.rules)].flatMap((each) => Object.values(each));
  return writes(mode) || entries.some((entry) => writes(modeIn(entry)));
}

/** Whether the policy names a vault for any named user. */
export function namesVault({ namedUsers, scopes }: PolicyDocument): boolean {
  return [namedUsers, ...scopes.map((scope) => scope.namedUsers)].some((each) => typeof each?.vault === 'string');
}

function writes(mode: string | undefined): boolean {
  return mode === 'enforce' || mode === 'approve';
}
