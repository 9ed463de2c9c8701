import { describe, expect, it } from 'vitest';
import { aDay, aMonth, answer, aYear, TOTALS, two } from '../testing/answers';
import { words } from '../testing/words';
import { factsOf, yearBefore } from './facts';
import type { Energy } from './wire';

const BOTH = { grid: true, solar: true };
const tellers = { words: words.en, locale: 'en' as const, style: { locale: 'en' } };
const facts = (energy: Energy, roles = BOTH, yearAgo: Energy | null = null) =>
  factsOf(energy, yearAgo, roles, tellers).map(({ name, when, value, period }) => [
    name,
    when,
    value,
    period,
  ]);

describe('of a month', () => {
  const april = aMonth('2026-04', 30);
  april.buckets.produced_wh[10] = 57_100;

  it('are its best days, which open, and what a day has on average', () => {
    expect(facts(april)).toEqual([
      ['Most used', 'Thu 30 Apr', '30.00\u00a0kWh', '2026-04-30'],
      ['Most produced', 'Sat 11 Apr', '57.10\u00a0kWh', '2026-04-11'],
      // (1 + … + 30) / 30
      ['Used a day', '', '15.50\u00a0kWh', null],
      ['Produced a day', '', '2.27\u00a0kWh', null],
    ]);
  });

  it('are averages over days that are over and whole', () => {
    const running = aMonth('2026-04', 4, { next: null });
    running.buckets.coverage_pct[1] = 99.4;
    running.buckets.consumed_wh[3] = 999_999;
    // Of 1, 2, 3 and today the first and the third.
    expect(facts(running).find(([name]) => name === 'Used a day')?.[2]).toBe('2.00\u00a0kWh');
    running.buckets.consumed_wh[2] = null;
    expect(facts(running).some(([name]) => name === 'Used a day')).toBe(false);
  });

  it('are the last of several days that are alike, however little they are', () => {
    const even = aMonth('2026-04', 30);
    even.buckets.consumed_wh.fill(null);
    even.buckets.consumed_wh.fill(1, 3, 6);
    even.buckets.produced_wh.fill(-1);
    expect(facts(even)[0]).toEqual(['Most used', 'Mon 6 Apr', '0.00\u00a0kWh', '2026-04-06']);
    expect(facts(even).map(([name]) => name)).not.toContain('Most produced');
  });

  it.each([
    [{ grid: false, solar: true }, ['Most produced', 'Produced a day']],
    [{ grid: true, solar: false }, ['Most bought', 'Most sold', 'Bought a day']],
    [{ ...BOTH, only: 'home' }, ['Most used', 'Used a day']],
  ])('at %j are of what is shown', (roles, names) => {
    expect(facts(april, roles).map(([name]) => name)).toEqual(names);
  });

  it('are none of what never was', () => {
    const dark = aMonth('2026-04', 30);
    dark.buckets.produced_wh.fill(0);
    dark.buckets.consumed_wh.fill(null);
    expect(facts(dark).map(([name]) => name)).toEqual(['Produced a day']);
    expect(
      facts(answer({ period: 'all', resolution: 'hour', buckets: aDay('2026-04-22', 1).buckets })),
    ).toHaveLength(2);
  });
});

describe('of a day', () => {
  const day = aDay('2026-04-22');
  day.buckets.consumed_wh[50] = 1_150;
  for (let i = 4; i < 20; i += 1) day.buckets.consumed_wh[i] = 100 + i;

  it('are its peaks, and the base load at night', () => {
    expect(facts(day)).toEqual([
      ['Home’s peak', '12:30', '4.60\u00a0kW', null],
      ['Solar’s peak', '23:45', '1.50\u00a0kW', null],
      // The middle of 104 … 119 Wh in a quarter.
      ['Base load at night', '', '448\u00a0W', null],
    ]);
  });

  it('of the last quarter of a running day are of that quarter alone', () => {
    const running = aDay('2026-04-22', 10, { next: null });
    running.buckets.consumed_wh[39] = 500;
    expect(facts(running)[0]).toEqual(['Home’s peak', '09:45', '2.00\u00a0kW', null]);
  });

  it('of a night are those from one to five, whatever is used before and after', () => {
    const loud = aDay('2026-04-22');
    loud.buckets.consumed_wh.fill(900);
    for (let i = 4; i < 20; i += 1) loud.buckets.consumed_wh[i] = i < 12 ? 50 : 75;
    expect(facts(loud).at(-1)).toEqual(['Base load at night', '', '300\u00a0W', null]);
    loud.buckets.consumed_wh[3] = loud.buckets.consumed_wh[20] = 10;
    expect(facts(loud).at(-1)?.[2]).toBe('300\u00a0W');
    loud.buckets.consumed_wh[4] = loud.buckets.consumed_wh[19] = 60;
    expect(facts(loud).at(-1)?.[2]).toBe('240\u00a0W');
  });

  it('are peaks from one watt on', () => {
    const faint = aDay('2026-04-22');
    faint.buckets.produced_wh.fill(0.24);
    expect(facts(faint).map(([name]) => name)).not.toContain('Solar’s peak');
    faint.buckets.produced_wh.fill(0.25);
    expect(facts(faint)[1]).toEqual(['Solar’s peak', '23:45', '1\u00a0W', null]);
  });

  it('are means over what is booked, and none of a night that is not', () => {
    const half = structuredClone(day);
    half.buckets.coverage_pct[50] = 50;
    expect(facts(half)[0]?.[2]).toBe('9.20\u00a0kW');
    for (let i = 4; i < 13; i += 1) half.buckets.coverage_pct[i] = 0;
    expect(facts(half).map(([name]) => name)).not.toContain('Base load at night');
    half.buckets.coverage_pct[12] = 100;
    expect(facts(half).map(([name]) => name)).toContain('Base load at night');
  });

  it.each([
    [{ grid: false, solar: true }, ['Solar’s peak']],
    [{ grid: true, solar: false }, ['Most bought at once', 'Base load at night']],
    [{ ...BOTH, only: 'home' }, ['Home’s peak', 'Base load at night']],
  ])('at %j are of what is shown', (roles, names) => {
    expect(facts(day, roles).map(([name]) => name)).toEqual(names);
  });

  it('say nothing of a plant that slept', () => {
    const dark = structuredClone(day);
    dark.buckets.produced_wh.fill(0);
    expect(facts(dark).map(([name]) => name)).toEqual(['Home’s peak', 'Base load at night']);
  });
});

describe('a year before', () => {
  it('is compared up to the same day, and opens', () => {
    const now = aMonth('2026-05', 3, { next: null });
    const then = aMonth('2025-05', 31);
    then.buckets.consumed_wh[1] = 4_000;
    expect(facts(now, BOTH, then).slice(-2)).toEqual([
      ['Used a year before', '', '8.00\u00a0kWh', '2025-05'],
      ['Produced a year before', '', '1.13\u00a0kWh', '2025-05'],
    ]);
    then.buckets.coverage_pct[1] = 90;
    expect(facts(now, BOTH, then)[4]?.[2]).toBe('≥\u00a08.00\u00a0kWh');
    expect(
      facts(now, { grid: true, solar: false }, then)
        .slice(-2)
        .map(([name]) => name),
    ).toEqual(['Bought a year before', 'Sold a year before']);
  });

  it('of which too little is booked is not', () => {
    const then = aMonth('2025-04', 30, { totals: { ...TOTALS, coverage_pct: 94 } });
    expect(facts(aMonth('2026-04', 30), BOTH, then)).toHaveLength(4);
    const nothing = aMonth('2025-04', 30, { totals: { ...TOTALS, consumed_wh: null } });
    expect(facts(aMonth('2026-04', 30), BOTH, nothing)).toHaveLength(5);
  });

  it.each([
    ['2026-04-22', '2025-04-22'],
    ['2026-W17', '2025-W17'],
    ['2026-04', '2025-04'],
    ['2024-02-29', null],
    ['2026-W53', null],
    ['2026', null],
    ['all', null],
    [null, null],
  ])('of %s is %s', (period, before) => {
    expect(yearBefore(period)).toBe(before);
  });

  it('of a year’s months is on average a month', () => {
    expect(facts(aYear(2025, 12)).map(([name]) => name)).toEqual([
      'Most used',
      'Most produced',
      'Used a month',
      'Produced a month',
    ]);
    expect(facts(aYear(2025, 12))[0]).toEqual([
      'Most used',
      'December',
      '120.0\u00a0kWh',
      `2025-${two(12)}`,
    ]);
  });
});
