import { describe, expect, it } from 'vitest';
import { aDay, withBattery } from '../testing/answers';
import { coverageOf_pct, energiesOfBucket, energiesOfTotals } from './energies';

const day = aDay('2026-04-22');
const stored = withBattery(day);

describe('the energies of a span', () => {
  it('without a battery have all that was not sold for their own', () => {
    expect(energiesOfTotals(day.totals)).toMatchObject({
      own: 3_000,
      discharged: null,
      charged: null,
      used: 7_000,
      part: 7_000,
    });
    expect(Object.values(energiesOfTotals(null)).every((wh) => wh === null)).toBe(true);
  });

  it('with one have for their own what was neither bought nor given back', () => {
    expect(energiesOfTotals(stored.totals)).toMatchObject({
      own: 2_000,
      discharged: 1_000,
      charged: 1_500,
    });
    expect(energiesOfBucket(stored.buckets, 3)).toMatchObject({ own: 75, discharged: 50 });
  });

  it('never have less than nothing, and nothing where it is not known', () => {
    // Charged from the mains at night: 10 used, 9 of them from the battery, 11 bought.
    const night = { discharged_wh: 9_000, self_supplied_wh: -1_000 };
    expect(energiesOfTotals({ ...stored.totals, ...night }).own).toBe(0);
    expect(energiesOfTotals({ ...stored.totals, self_supplied_wh: null }).own).toBeNull();
  });

  it('are covered by their own sources; by the whole in older answers', () => {
    const { buckets } = withBattery(day);
    buckets.battery_coverage_pct[3] = null;
    buckets.battery_coverage_pct[4] = 40;
    expect([3, 4, 5].map((i) => coverageOf_pct(buckets, i, 'battery'))).toEqual([0, 40, 100]);
    buckets.coverage_pct[3] = 70;
    expect(coverageOf_pct(buckets, 3, 'home')).toBe(70);
    const older = { ...buckets, battery_coverage_pct: undefined as never };
    expect(coverageOf_pct(older, 3, 'battery')).toBe(70);
    expect(coverageOf_pct(buckets, 900, 'home')).toBe(0);
  });
});
