import { describe, expect, it } from 'vitest';
import { aCost, COST_TOTALS } from '../../testing/costs';
import { costEn } from '../i18n/cost.en';
import type { CostTotals } from '../wire';
import { besideOther, isComparable, paidBesideMean, partsOf } from './sums';

const words = costEn.history;
const EN = { locale: 'en' } as const;
const with_ = (totals: Partial<CostTotals>, tariff = 'own') =>
  aCost('2026-04', {}, { totals: { ...COST_TOTALS, ...totals }, tariff });

describe('the parts of a total', () => {
  it('are those that are known, what is earned below zero', () => {
    const told = partsOf(with_({ demand_cost: 0 }), words, true);
    expect(told.map(({ kind, amount }) => [kind, amount])).toEqual([
      ['paid', 10],
      ['fees', 4],
      ['earned', -2],
    ]);
    const all = partsOf(with_({ demand_cost: 5, import_cost: null }), words, false);
    expect(all.map(({ name, amount }) => [name, amount])).toEqual([
      [words.fixed, 4],
      [words.demand, 5],
    ]);
    expect(partsOf(with_({ export_earned: null }), words, true)).toHaveLength(2);
  });
});

describe('another period may be held against it', () => {
  it.each([
    [{}, true],
    [{ coverage_pct: 94.9 }, false],
    [{ priced_pct: 94.9 }, false],
    [{ priced_pct: null }, false],
    [{ total_cost: null }, false],
  ])('with %o: %s', (totals, may) => {
    expect(isComparable(with_(totals))).toBe(may);
  });
});

describe('what was paid beside the mean price', () => {
  it.each([
    [0.08, 0.1, words.below('20%', '10.00\u00a0c/kWh')],
    [0.13, 0.1, words.above('30%', '10.00\u00a0c/kWh')],
    [0.1004, 0.1, words.same('10.00\u00a0c/kWh')],
    [null, 0.1, ''],
    [0.1, null, ''],
    [0.1, 0, ''],
  ])('%s beside %s', (paid_per_kwh, mean_price_per_kwh, said) => {
    expect(paidBesideMean(with_({ paid_per_kwh, mean_price_per_kwh }), words, EN)).toBe(said);
  });
});

describe('a cost beside another table', () => {
  it.each([
    [12, 15.5, words.lessThan('other', '3.50\u00a0€')],
    [12, 10, words.moreThan('other', '2.00\u00a0€')],
    [12, 12.004, words.equal('other')],
    [null, 1, ''],
    [1, null, ''],
  ])('%s beside %s', (own, theirs, said) => {
    const other = with_({ total_cost: theirs }, 'other');
    expect(besideOther(with_({ total_cost: own }), other, words, EN)).toBe(said);
  });
});
