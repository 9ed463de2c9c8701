import { describe, expect, it } from 'vitest';
import { aDay, aMonth, answer, aYear, bucketsOf, TOTALS, withBattery } from '../testing/answers';
import { NO_MORE_TOTALS } from '../testing/nomore';
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
    ...NO_MORE_TOTALS,
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

describe('a running period of days or months', () => {
  const NOW = '2026-05-02T10:20:00';
  const days = (month: string, count: number, next: string | null) =>
    aMonth(month, count, {
      next,
      buckets: bucketsOf(
        Array.from({ length: count }, (_, i) => `${month}-0${String(i + 1)}T00:00:00+03:00`),
        { consumed_wh: () => 24_000, exported_wh: () => 0 },
      ),
    });
  const may = days('2026-05', 2, null);
  const april = days('2026-04', 9, '2026-05');
  const within = (answers: Record<string, Energy>) => ({
    now: NOW,
    answerOf: (period: string) => answers[period] ?? null,
  });
  const told = (answers: Record<string, Energy>, energy = may, before = april) =>
    comparison(energy, before, words.en, 'en', within(answers));

  it('is compared with the days before, and with as much of its own day as passed', () => {
    const day = aDay('2026-04-02');
    // The whole first day, and 42 quarters of the second: those until 10:15 began by now.
    expect(told({ '2026-04-02': day })).toMatchObject({
      name: '1–2 Apr',
      consumed_wh: 24_000 + 42 * 250,
      exported_wh: 42 * 250,
      atLeast: false,
    });
  });

  it('waits for the answer of that day', () => {
    expect(told({})).toBeNull();
  });

  it('is not compared where that day lacks minutes', () => {
    const day = aDay('2026-04-02');
    day.buckets.coverage_pct.fill(0, 0, 40);
    expect(told({ '2026-04-02': day })).toBeNull();
    const first = comparison(days('2026-05', 1, null), april, words.en, 'en', {
      now: '2026-05-01T10:20:00',
      answerOf: () => day,
    });
    expect(first).toBeNull();
  });

  it('of a week goes by the day of the week', () => {
    const week = (from: number, count: number, next: string | null) =>
      answer({
        period: next === null ? '2026-W18' : '2026-W17',
        start: `2026-04-${String(from)}T00:00:00+03:00`,
        end: `2026-04-${String(from + 7)}T00:00:00+03:00`,
        resolution: 'day',
        next,
        buckets: bucketsOf(
          Array.from({ length: count }, (_, i) => `2026-04-${String(from + i)}T00:00:00+03:00`),
          { consumed_wh: () => 10_000 },
        ),
      });
    const compared = comparison(week(20, 3, null), week(13, 7, '2026-W18'), words.en, 'en', {
      now: '2026-04-22T00:05:00',
      answerOf: (period) => (period === '2026-04-15' ? aDay('2026-04-15') : null),
    });
    expect(compared).toMatchObject({ name: '13–15 Apr', consumed_wh: 20_250 });
  });

  it('of a year goes down to the day through its month', () => {
    const now = aYear(2026, 5, { next: null });
    const before = aYear(2025, 12, { next: '2026' });
    const month = days('2025-05', 9, '2025-06');
    const answers = { '2025-05': month, '2025-05-02': aDay('2025-05-02') };
    // January to April, the first of May, and the second of May until now.
    expect(told(answers, now, before)?.consumed_wh).toBe(100_000 + 24_000 + 42 * 250);
    expect(told({ '2025-05': month }, now, before)).toBeNull();
    expect(told({}, now, before)).toBeNull();
  });

  it('takes the last bucket whole where the earlier period has no such day', () => {
    const now = answer({ ...days('2026-05', 9, null) });
    const short = days('2026-04', 5, '2026-05');
    const compared = comparison(now, short, words.en, 'en', {
      now: '2026-05-09T10:00:00',
      answerOf: () => null,
    });
    expect(compared?.consumed_wh).toBe(5 * 24_000);
  });
});

describe('a battery', () => {
  const day = withBattery(aDay('2026-04-22'));

  it('is compared as all else', () => {
    const before = withBattery(aDay('2026-04-21'));
    expect(of(day, before)).toMatchObject({ discharged_wh: 1_000, charged_wh: 1_500 });
  });

  it('is compared with nothing of which its own minutes are too few, also where it began later', () => {
    const lately = withBattery(aDay('2026-04-21'));
    lately.buckets.battery_coverage_pct.fill(null, 0, 6);
    expect(of(day, lately)).toMatchObject({ discharged_wh: null, consumed_wh: 7_000 });
    const nearly = withBattery(aDay('2026-04-21'));
    nearly.buckets.battery_coverage_pct.fill(null, 0, 4);
    expect(of(day, nearly)?.discharged_wh).toBe(1_000);
    const running = withBattery(aDay('2026-04-22', 3, { next: null }));
    expect(of(running, lately)).toMatchObject({ charged_wh: null, consumed_wh: 12 * 250 });
  });
});
