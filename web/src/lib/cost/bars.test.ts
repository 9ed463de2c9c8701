import { describe, expect, it } from 'vitest';
import { aCost } from '../../testing/costs';
import { footOf, moneyPicture, slotsOf, topOf } from './bars';

describe('a bar', () => {
  it('has what was paid, fees, and below zero what was earned', () => {
    const cost = aCost('2026', {
      import_cost: [10, null, 4],
      export_earned: [3, null, -1],
      total_cost: [12, null, 5],
    });
    const { bars, top, bottom } = moneyPicture(cost, 12);
    expect(bars[0]).toMatchObject({ paid: 10, earned: 3, fees: 5, total: 12, other: null });
    expect(bars[1]).toMatchObject({ paid: null, earned: null, fees: 0, total: null });
    expect(bars[2]).toMatchObject({ paid: 4, earned: -1, fees: 0 });
    expect(bars.map(topOf)).toEqual([15, 0, 5]);
    expect(bars.map(footOf)).toEqual([3, 0, 0]);
    expect(top).toBeGreaterThanOrEqual(15);
    expect(bottom).toBeGreaterThanOrEqual(3);
  });

  it('of two tables goes by their sums', () => {
    const cost = aCost('2026', { import_cost: [10], export_earned: [9], total_cost: [1] });
    const other = aCost('2026', { import_cost: [2], export_earned: [4], total_cost: [-2] });
    const { bars, top, bottom } = moneyPicture(cost, 1, other);
    expect(bars[0]?.other).toBe(-2);
    expect(top).toBeLessThan(2);
    expect([bottom >= 2, bottom < 4]).toEqual([true, true]);
  });

  it('of nothing has a scale all the same', () => {
    const { bars, top, slots } = moneyPicture(aCost('2026', {}), 12);
    expect([bars.length, slots, top > 0]).toEqual([0, 12, true]);
  });
});

describe('the whole period', () => {
  it.each([
    ['quarter', '2026-03-29T00:00:00+02:00', '2026-03-30T00:00:00+03:00', 92],
    ['hour', '2026-10-25T00:00:00+03:00', '2026-10-26T00:00:00+02:00', 25],
    ['day', '2026-10-01T00:00:00+03:00', '2026-11-01T00:00:00+02:00', 31],
    ['month', '2026-01-01T00:00:00+02:00', '2027-01-01T00:00:00+02:00', 12],
    ['year', '2025-01-01T00:00:00+02:00', '2027-01-01T00:00:00+02:00', 1],
  ])('by %s has so many', (resolution, start, end, count) => {
    const cost = { ...aCost('x', { total_cost: [1] }), resolution, start, end };
    expect(slotsOf(cost as never)).toBe(count);
  });
});
