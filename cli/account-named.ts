import type { OpenState } from '../shared/azure/state/open-state.ts';
import { idKey, parseAccountId } from '../shared/core/model/resource-id.ts';
import { listed } from '../shared/core/model/words.ts';
import { BadInput } from './io.ts';
import { didYouMean } from './nearest.ts';

/** The id of the account. @param byId which can only be named by its id @throws BadInput where it is none, or not one */
export async function accountNamed(text: string, state: Pick<OpenState, 'accounts'>, byId: string): Promise<string> {
  const id = parseAccountId(text);
  if (id !== null) return id.text;
  if (text.includes('/')) throw new BadInput(`Not the ARM id of a Batch account: ${text}`);
  const kept = (await state.accounts()).flatMap(({ accountId }) => parseAccountId(accountId) ?? []);
  const found = kept.filter(({ account }) => idKey(account) === idKey(text)).map((one) => one.text);
  const [only] = found;
  if (only === undefined) {
    const names = [...new Set(kept.map(({ account }) => account))];
    throw new BadInput(`No account ${text} is kept. ${didYouMean(text, names)}${byId}`);
  }
  if (found.length > 1)
    throw new BadInput(`Several accounts are named ${text}: give the ARM id of one. ${listed(found)}`);
  return only;
}
