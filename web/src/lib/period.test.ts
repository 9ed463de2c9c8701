import { describe, expect, it } from 'vitest';
import { aDay, aMonth, answer, aYear } from '../testing/answers';
import { words } from '../testing/words';
import {
  bucketPeriod,
  CURRENT,
  holds,
  isRunning,
  kindOf,
  lengthsOf_ms,
  periodOf,
  shortName,
  titleBefore,
  titleOf,
  titleParts,
} from './period';
import type { Energy } from './wire';

const week = answer({ period: '2026-W07', start: '2026-02-09T00:00:00+02:00' });
const all = answer({ period: 'all', start: '2025-01-01T00:00:00+02:00', resolution: 'year' });

describe('the text of a period', () => {
  it.each([
    ['today', 'day'],
    ['yesterday', 'day'],
    ['2026-04-22', 'day'],
    ['this-week', 'week'],
    ['2026-W17', 'week'],
    ['this-month', 'month'],
    ['2026-04', 'month'],
    ['this-year', 'year'],
    ['2026', 'year'],
    ['all', 'all'],
    [null, 'day'],
  ] as const)('%s is a %s', (period, kind) => {
    expect(kindOf(period)).toBe(kind);
  });

  it('of what holds a day is the beginning of its text', () => {
    expect(periodOf('day', '2026-04-22')).toBe('2026-04-22');
    expect(periodOf('month', '2026-04-22')).toBe('2026-04');
    expect(periodOf('year', '2026-04-22')).toBe('2026');
    expect(periodOf('all', '2026-04-22')).toBe('all');
  });

  it('has a word where it is the running one', () => {
    expect(Object.values(CURRENT).map(kindOf)).toEqual(Object.keys(CURRENT));
  });
});

it('is running while nothing comes after it', () => {
  expect(isRunning(aDay('2026-04-22'))).toBe(false);
  expect(isRunning(aDay('2026-04-22', 10, { next: null }))).toBe(true);
});

it('holds its days, and not the one at its end', () => {
  const april = aMonth('2026-04', 30);
  expect(
    ['2026-03-31', '2026-04-01', '2026-04-30', '2026-05-01'].map((date) => holds(april, date)),
  ).toEqual([false, true, true, false]);
});

it('has buckets of their own lengths, the last up to its end', () => {
  const day = aDay('2026-04-22', 1);
  expect(lengthsOf_ms(day)).toEqual([900_000, 900_000, 900_000, 23.25 * 3_600_000]);
});

describe('what a bar opens', () => {
  it.each([
    ['day', '2026-04-22'],
    ['month', '2026-04'],
    ['year', '2026'],
    ['quarter', null],
    ['hour', null],
    ['minute', null],
  ] as const)('of a %s is %s', (resolution, period) => {
    expect(bucketPeriod({ ...all, resolution }, '2026-04-22T00:00:00+03:00')).toBe(period);
  });
});

describe('a title', () => {
  it.each<[Energy, 'en' | 'fi', string]>([
    [aDay('2026-04-22'), 'en', 'Wed 22 Apr'],
    [aDay('2026-04-22'), 'fi', 'Ke 22.4.'],
    [aDay('2025-04-22'), 'en', 'Tue 22 Apr 2025'],
    [aDay('2025-04-22'), 'fi', 'Ti 22.4.2025'],
    [week, 'en', 'Week 7'],
    [week, 'fi', 'Viikko 7'],
    [aMonth('2026-04', 30), 'en', 'April 2026'],
    [aMonth('2026-04', 30), 'fi', 'Huhtikuu 2026'],
    [aYear(2026, 4), 'en', '2026'],
    [all, 'en', 'All years'],
  ])('of %o in %s is %s', (energy, locale, title) => {
    expect(titleOf(energy, words[locale], locale, '2026')).toBe(title);
  });

  it.each([
    ['today', 'Today'],
    ['2026-04-22', 'Wed 22 Apr'],
    ['2031-04-22', 'Tue 22 Apr 2031'],
    ['2026-04', 'April 2026'],
    ['2026-W07', 'Week 7'],
    ['2026', '2026'],
    ['this-week', 'Week'],
    ['this-month', 'Month'],
    ['this-year', 'Year'],
    ['yesterday', 'Day'],
    ['all', 'All'],
    ['2026-4', 'Month'],
    ['x2026', 'Month'],
    ['2026-04-22x', 'Day'],
  ])('before the answer, of %s, is %s', (period, title) => {
    expect(titleBefore(period, words.en, 'en', '2026')).toBe(title);
  });
});

describe('a short name', () => {
  it.each<[Energy, string]>([
    [aDay('2026-04-22'), 'Wed'],
    [week, 'Week 7'],
    [aMonth('2026-04', 30), 'Apr'],
    [aYear(2025, 12), '2025'],
    [all, '2025'],
  ])('of %o is %s', (energy, name) => {
    expect(shortName(energy, words.en, 'en')).toBe(name);
  });
});

describe('a title where there is little room', () => {
  it.each([
    ['2025-11', 'Marraskuu 2025', 'fi', ['Marras', 'kuu', ' 2025']],
    ['2025-09', 'September 2025', 'en', ['Sept', 'ember', ' 2025']],
    ['2025-05', 'May 2025', 'en', ['May', '', ' 2025']],
    ['2025-09-24', 'Wed 24 Sept 2025', 'en', ['', 'Wed ', '24 Sept 2025']],
    ['2025-09-24', 'Ke 24.9.2025', 'fi', ['', 'Ke ', '24.9.2025']],
    ['2026-09-24', 'Ke 24.9.', 'fi', ['Ke 24.9.', '', '']],
    ['2026-W17', 'Week 17', 'en', ['Week 17', '', '']],
    [null, 'All years', 'en', ['All years', '', '']],
  ] as const)('of %s, %s', (period, title, locale, parts) => {
    expect(titleParts(period, title, locale)).toEqual(parts);
  });
});
