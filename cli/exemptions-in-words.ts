import { count } from '../shared/core/model/words.ts';
import { type Exemption, type Standing, standingOf } from '../shared/core/policy/exemption.ts';

/** As in "12 exemptions, 2 end within 30 days, 1 is over and exempts nothing". */
export function exemptionsInWords(exemptions: readonly Exemption[], now: Date): string {
  const many = (standing: Standing) => exemptions.filter((one) => standingOf(one, now) === standing).length;
  const [ending, over] = [many('ending'), many('over')];
  return [
    count(exemptions.length, 'exemption'),
    ...(ending > 0 ? [`${ending} ${ending === 1 ? 'ends' : 'end'} within 30 days`] : []),
    ...(over > 0 ? [`${over} ${over === 1 ? 'is over and exempts' : 'are over and exempt'} nothing`] : []),
  ].join(', ');
}
