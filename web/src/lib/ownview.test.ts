import { describe, expect, it } from 'vitest';
import { aDay, withBattery } from '../testing/answers';
import { ownView } from './ownview';

const day = withBattery(aDay('2026-04-22'), { coverage_pct: 80, battery_coverage_pct: 90 });

describe('an answer', () => {
  it('of all, and of the home, is as it is', () => {
    expect(ownView(day, undefined)).toBe(day);
    expect(ownView(day, 'home')).toBe(day);
  });

  it('of a battery is covered by its own minutes', () => {
    day.buckets.battery_coverage_pct[2] = null;
    const own = ownView(day, 'battery');
    expect(own.totals).toMatchObject({ coverage_pct: 90, discharged_wh: 1_000 });
    expect(own.buckets.coverage_pct.slice(1, 4)).toEqual([100, 0, 100]);
    const none = { ...day, totals: { ...day.totals, battery_coverage_pct: null } };
    expect(ownView(none, 'battery').totals.coverage_pct).toBe(0);
    const old = { ...day, buckets: { ...day.buckets, battery_coverage_pct: undefined as never } };
    expect(ownView(old, 'battery')).toBe(old);
  });

  it('of a part of the home is what that used, and nothing else', () => {
    const { totals, buckets, ...more } = ownView(day, 'load/heat pump');
    expect(totals).toMatchObject({ consumed_wh: 1_750, coverage_pct: 100, imported_wh: null });
    expect(buckets.consumed_wh[5]).toBe(62.5);
    expect([buckets.produced_wh[5], buckets.coverage_pct[5]]).toEqual([null, 100]);
    expect(buckets.start).toBe(day.buckets.start);
    expect(more.period).toBe('2026-04-22');
  });

  it('of a part that it does not know is empty; before a part began it is not covered', () => {
    const { totals, buckets } = ownView(day, 'load/car');
    expect([totals.consumed_wh, totals.coverage_pct]).toEqual([null, 0]);
    expect([buckets.consumed_wh[0], buckets.coverage_pct[0]]).toEqual([null, 0]);
    const later = withBattery(aDay('2026-04-22'), {
      loads: [{ name: 'heat pump', consumed_wh: null, coverage_pct: null }],
    });
    const [load] = later.buckets.loads;
    if (load) load.coverage_pct[0] = null;
    const own = ownView(later, 'load/heat pump');
    expect([own.totals.coverage_pct, own.buckets.coverage_pct[0]]).toEqual([0, 0]);
  });
});
