/** What a cost is made of, and how it stands beside another one, in words. */
import { ENOUGH_PCT } from '../compare';
import { percent, type NumberStyle } from '../format';
import type { Cost } from '../wire';
import { moneyText, priceText } from './money';
import type { CostWords } from '../i18n/cost.en';

type History = CostWords['history'];

export interface CostPart {
  kind: 'paid' | 'fees' | 'earned';
  name: string;
  amount: number;
}

/** The parts of a total that are known; what is earned is below zero. */
export function partsOf({ totals }: Cost, words: History, hasExport: boolean): CostPart[] {
  const { import_cost, fixed_cost, demand_cost, export_earned } = totals;
  const parts = [
    { kind: 'paid', name: words.paid, amount: import_cost },
    { kind: 'fees', name: words.fixed, amount: fixed_cost },
    { kind: 'fees', name: words.demand, amount: demand_cost || null },
    {
      kind: 'earned',
      name: words.earned,
      amount: !hasExport || export_earned === null ? null : -export_earned,
    },
  ] as const;
  return parts.flatMap((part) => (part.amount === null ? [] : [{ ...part, amount: part.amount }]));
}

/** Whether it is known well enough that another period may be held against it. */
export const isComparable = ({ totals }: Cost): boolean =>
  totals.total_cost !== null &&
  totals.coverage_pct >= ENOUGH_PCT &&
  (totals.priced_pct ?? 0) >= ENOUGH_PCT;

/** How what was paid stands to the plain mean of the price; empty where that is not known. */
export function paidBesideMean(cost: Cost, words: History, style: NumberStyle): string {
  const { paid_per_kwh: paid, mean_price_per_kwh: mean } = cost.totals;
  if (paid === null || mean === null || mean <= 0) return '';
  const pct = (100 * (paid - mean)) / mean;
  const said = priceText(mean, cost.currency, style);
  if (Math.abs(pct) < 0.5) return words.same(said);
  const share = percent(Math.abs(pct), style);
  return pct < 0 ? words.below(share, said) : words.above(share, said);
}

/** How a cost stands to the same under another table. */
export function besideOther(cost: Cost, other: Cost, words: History, style: NumberStyle): string {
  const { total_cost: own } = cost.totals;
  const { total_cost: theirs } = other.totals;
  if (own === null || theirs === null) return '';
  const apart = theirs - own;
  if (Math.abs(apart) < 0.005) return words.equal(other.tariff);
  const said = moneyText(Math.abs(apart), cost.currency, style);
  return apart > 0 ? words.lessThan(other.tariff, said) : words.moreThan(other.tariff, said);
}
