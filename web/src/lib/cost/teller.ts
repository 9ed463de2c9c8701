/** How a cost is told: its amounts in its currency, its buckets by their names. */
import type { NumberStyle } from '../format';
import type { CostWords } from '../i18n/cost.en';
import type { Locale } from '../time';
import type { Cost } from '../wire';
import type { MoneyPicture } from './bars';
import { axisAmount, axisName, longName } from './labels';
import { moneyText, signOf } from './money';
import { costWords } from './words';

export interface Teller {
  words: CostWords['history'];
  style: NumberStyle;
  say: (amount: number | null) => string;
  /** Of the bucket that begins then. */
  nameOf: (start: string) => string;
  /** At the foot of a bar; empty where there is no room for every one. */
  footOf: (i: number) => string;
  axisLabel: (picture: MoneyPicture, amount: number) => string;
  unit: string;
}

export function tellerOf(cost: Cost, thisYear: string, locale: Locale): Teller {
  const style = { locale };
  return {
    words: costWords(locale).history,
    style,
    say: (amount) => moneyText(amount, cost.currency, style),
    nameOf: (start) => longName(cost, start, thisYear, locale),
    footOf: (i) => axisName(cost, i, locale),
    axisLabel: (picture, amount) => axisAmount(picture, amount, style),
    unit: signOf(cost.currency),
  };
}
