import { describe, expect, it } from 'vitest';
import { aDay, aMonth, answer, aYear, bucketsOf, TOTALS } from '../testing/answers';
import { words } from '../testing/words';
import { compareRows, comparison } from './compare';
import type { BalanceRow } from './balance';
import type { Energy } from './wire';

const of = (energy: Energy, before: Energy, locale: 'en' | 'fi' = 'en') =>
  comparison(energy, before, words[locale], locale);
const lacking = (energy: Energy, ...buckets: number[]): Energy => {
  const copy = structuredClone(energy);
  for (const i of buckets) {
    copy.buckets.coverage_pct[i] = 0;
    copy.buckets.consumed_wh[i] = null;
  }
  return copy;
};
const covered = (pct: number): Energy =>
  aDay('2026-04-21', 24, { totals: { ...TOTALS, coverage_pct: pct } });

describe('a closed period', () => {
  it('is compared with the whole of the one before', () => {
    expect(of(aDay('2026-04-22'), aDay('2026-04-21'))).toMatchObject({
      name: 'Tue',
      consumed_wh: 7_000,
      produced_wh: 9_000,
      imported_wh: 4_000,
      exported_wh: 6_000,
      atLeast: false,
    });
  });

  it('is compared with nothing of which less than 95 % is booked', () => {
    expect(of(aDay('2026-04-22'), covered(94.9))).toBeNull();
    expect(of(aDay('2026-04-22'), covered(95))).toMatchObject({ atLeast: true });
    expect(of(aDay('2026-04-22'), covered(99.99))).toMatchObject({ atLeast: true });
    expect(of(aDay('2026-04-22'), covered(99.996))).toMatchObject({ atLeast: false });
  });
});

describe('a running day', () => {
  const until = (hours: number): Energy => aDay('2026-04-23', hours, { next: null });

  it('is compared by the clock: as many quarters as have begun', () => {
    expect(of(until(2), aDay('2026-04-22'))).toMatchObject({
      name: 'Wed by now',
      consumed_wh: 8 * 250,
      produced_wh: 8 * 375,
      imported_wh: 8 * 125,
      exported_wh: 8 * 250,
      atLeast: false,
    });
    expect(of(until(2), aDay('2026-04-22'), 'fi')?.name).toBe('ke tähän aikaan');
  });

  it('says at least where a little is missing, and nothing where it is much', () => {
    const before = aDay('2026-04-22');
    expect(of(until(6), lacking(before, 3))).toMatchObject({
      consumed_wh: 23 * 250,
      atLeast: true,
    });
    // 2 of 24 quarters: 91.7 %.
    expect(of(until(6), lacking(before, 3, 4))).toBeNull();
    // What is missing later in the day does not matter yet.
    expect(of(until(6), lacking(before, 24, 25, 26))).toMatchObject({ atLeast: false });
  });

  it('on the morning after a night of 23 hours is compared up to the same clock', () => {
    const night = (start: string[], changes: Partial<Energy>): Energy =>
      answer({ buckets: bucketsOf(start), ...changes });
    const before = night(
      ['00:00:00+02:00', '02:45:00+02:00', '04:00:00+03:00', '05:00:00+03:00'].map(
        (clock) => `2026-03-29T${clock}`,
      ),
      {
        period: '2026-03-29',
        start: '2026-03-29T00:00:00+02:00',
        end: '2026-03-29T06:00:00+03:00',
      },
    );
    const now = night(['2026-03-30T00:00:00+03:00', '2026-03-30T04:30:00+03:00'], {
      period: '2026-03-30',
      next: null,
    });
    expect(of(now, before)?.consumed_wh).toBe(3 * 250);
  });

  it('that has no quarter yet is compared with nothing', () => {
    expect(of(until(0), aDay('2026-04-22'))).toBeNull();
  });

  it('keeps a column unknown of which nothing is known', () => {
    const before = aDay('2026-04-22');
    before.buckets.produced_wh.fill(null);
    expect(of(until(2), before)).toMatchObject({ produced_wh: null, consumed_wh: 2_000 });
  });
});

describe('other running periods', () => {
  it('a month by the number of the day', () => {
    const now = aMonth('2026-05', 3, { next: null });
    expect(of(now, aMonth('2026-04', 30))).toMatchObject({
      name: '1–3 Apr',
      consumed_wh: 1_000 + 2_000 + 3_000,
    });
    expect(of(now, aMonth('2026-04', 30), 'fi')?.name).toBe('1.–3.4.');
  });

  it('a year by the month: all twelve digits of it, not the last', () => {
    const now = aYear(2026, 11, { next: null });
    expect(of(now, aYear(2025, 12))).toMatchObject({
      name: 'Jan–Nov 2025',
      consumed_wh: 660_000,
    });
    expect(of(now, aYear(2025, 12), 'fi')?.name).toBe('1–11/2025');
    expect(of(aYear(2026, 1, { next: null }), aYear(2025, 12))?.name).toBe('Jan 2025');
  });

  it('a year of which the books hold only the last months with nothing', () => {
    const before = lacking(aYear(2025, 12), 0, 1, 2, 3, 4, 5, 6, 7, 8);
    expect(of(aYear(2026, 11, { next: null }), before)).toBeNull();
  });

  it('weighs each month by its length', () => {
    // February is 28 of 59 days.
    const before = aYear(2025, 12);
    before.buckets.coverage_pct[1] = 89.6;
    expect(of(aYear(2026, 2, { next: null }), before)).not.toBeNull();
    before.buckets.coverage_pct[1] = 89.4;
    expect(of(aYear(2026, 2, { next: null }), before)).toBeNull();
  });

  it('a week by as many of its days as there are', () => {
    const days = (from: number, count: number, changes: Partial<Energy>): Energy =>
      answer({
        resolution: 'day',
        start: `2026-04-${String(from)}T00:00:00+03:00`,
        end: `2026-04-${String(from + 7)}T00:00:00+03:00`,
        buckets: bucketsOf(
          Array.from({ length: count }, (_, i) => `2026-04-${String(from + i)}T00:00:00+03:00`),
        ),
        ...changes,
      });
    const now = days(20, 3, { period: '2026-W17', next: null });
    const before = days(13, 7, { period: '2026-W16' });
    expect(of(now, before)).toMatchObject({ name: '13–15 Apr', consumed_wh: 750 });
    // Never further than the other has days.
    expect(
      of(now, days(13, 2, { period: '2026-W16', end: '2026-04-15T00:00:00+03:00' })),
    ).toMatchObject({
      name: '13–14 Apr',
      consumed_wh: 500,
    });
  });
});

describe('beside the rows', () => {
  const row = (kind: 'used' | 'produced' | 'bought' | 'sold', unit: string) =>
    ({ kind, quantity: { value: '1', unit }, wh: 1, parts: [], pct: null }) satisfies BalanceRow;
  const compared = {
    name: 'Tue',
    consumed_wh: 8_520,
    produced_wh: null,
    imported_wh: 31_490,
    exported_wh: 950,
    self_consumed_wh: null,
    atLeast: true,
  };

  it('each is in the unit of its own number; null where it is not known', () => {
    const rows = [
      row('used', 'kWh'),
      row('produced', 'kWh'),
      row('bought', 'MWh'),
      row('sold', 'Wh'),
    ];
    expect(compareRows(compared, rows, { locale: 'en' })).toEqual([
      { name: 'Tue', value: '8.52', atLeast: true },
      null,
      { name: 'Tue', value: '0.031', atLeast: true },
      { name: 'Tue', value: '950', atLeast: true },
    ]);
  });
});
