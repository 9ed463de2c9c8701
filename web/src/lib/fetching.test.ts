import { describe, expect, it } from 'vitest';
import { beginOfMeter, doneOf, fetchingOf, leftWord, mostOf, progressWord } from './fetching';
import { words } from '../testing/words';
import type { MeterBooks } from './wire';

const SINCE = '2026-04-23T13:00:00+03:00';
const at = (seconds: number): number => Date.parse(SINCE) + seconds * 1000;
const meter = (fetched: number, left: number, since: string | null = SINCE, name = 'mains') => ({
  name,
  fetched_minutes: fetched,
  to_fetch_minutes: left,
  fetching_since: since,
});

describe('how far fetching is', () => {
  it('is nothing where nothing is fetched, or the meters are elsewhere', () => {
    const elsewhere = {
      name: 'roof',
      fetched_minutes: null,
      to_fetch_minutes: null,
      fetching_since: null,
    };
    expect(fetchingOf([meter(57_600, 0, null), elsewhere], at(60))).toBeNull();
    expect(fetchingOf(undefined, at(60))).toBeNull();
  });

  it('counts both meters together, and takes as long as the slower of them', () => {
    // 15,000 min in 120 s are 125 a second: 42,600 take 341 s; 42,600 in 120 s leave 42 s.
    const both = [meter(15_000, 42_600), meter(42_600, 15_000)];
    expect(fetchingOf(both, at(120))).toEqual({ pct: 50, left_s: expect.closeTo(340.8) });
  });

  it('is the same for whoever opens the app late', () => {
    const early = fetchingOf([meter(1_000, 9_000)], at(10));
    const late = fetchingOf([meter(5_000, 5_000)], at(50));
    expect(early?.left_s).toBeCloseTo(90);
    expect(late?.left_s).toBeCloseTo(50);
  });

  it('has no time before a pace is known, nor where a meter gives nothing', () => {
    expect(fetchingOf([meter(10, 990)], at(1))?.left_s).toBeNull();
    expect(fetchingOf([meter(0, 990)], at(60))?.left_s).toBeNull();
    expect(fetchingOf([meter(10, 990, null)], at(60))?.left_s).toBeNull();
    expect(fetchingOf([meter(500, 500), meter(0, 500)], at(60))?.left_s).toBeNull();
    expect(fetchingOf([meter(500, 500)], at(-3600))?.left_s).toBeNull();
  });

  it('counts a meter that is done as long as the others are not, by the same catching-up', () => {
    const done = meter(5_000, 0);
    expect(fetchingOf([done, meter(2_500, 2_500)], at(50))).toEqual({ pct: 75, left_s: 50 });
    expect(fetchingOf([meter(5_000, 0, null), meter(2_500, 2_500)], at(50))?.pct).toBe(50);
  });

  it('goes by whole hundredths, and knows its pace after three seconds', () => {
    expect(fetchingOf([meter(159, 841)], at(60))?.pct).toBe(15);
    expect(fetchingOf([meter(500, 500)], at(3))?.left_s).toBeCloseTo(3);
    expect(fetchingOf([meter(500, 500)], at(2.999))?.left_s).toBeNull();
  });

  it('is never 100 % while a minute is missing', () => {
    expect(fetchingOf([meter(57_599, 1)], at(300))?.pct).toBe(99);
  });
});

describe('a server that was started again', () => {
  it('counts from nothing, and the bar does not go back', () => {
    const most = mostOf({}, [meter(6_000, 4_000)]);
    expect(most).toEqual({ mains: 10_000 });
    // It fetched 6,000 before; 3,900 are left, and of this run it knows 100.
    const again = meter(100, 3_900);
    expect(doneOf(again, most)).toEqual({ done: 6_100, all: 10_000 });
    expect(fetchingOf([again], at(10), most)).toEqual({ pct: 61, left_s: 390 });
    expect(mostOf(most, [again])).toEqual({ mains: 10_000 });
  });

  it('forgets the most once all is fetched', () => {
    expect(mostOf({ mains: 10_000 }, [meter(4_000, 0)])).toEqual({});
    expect(mostOf({ mains: 10_000 }, [{ ...meter(0, 0), to_fetch_minutes: null }])).toEqual({});
  });
});

describe('the time that is left in words', () => {
  it.each([
    [0, '5\u00a0s'],
    [4, '5\u00a0s'],
    [12, '15\u00a0s'],
    [55, '55\u00a0s'],
    [56, '1\u00a0min'],
    [89, '1\u00a0min'],
    [91, '2\u00a0min'],
    [3_569, '59\u00a0min'],
    [4_469, '1\u00a0h 10\u00a0min'],
    [4_470, '1\u00a0h 20\u00a0min'],
    [341, '6\u00a0min'],
    [3_570, '1\u00a0h'],
    [4_300, '1\u00a0h 10\u00a0min'],
    [null, ''],
  ])('%s s: %s', (left_s, word) => {
    expect(leftWord(left_s)).toBe(word);
  });

  it('stands beside the share', () => {
    const now = { pct: 26, left_s: 341 };
    expect(progressWord(now, words.en, { locale: 'en' })).toBe('26%, about 6\u00a0min left');
    expect(progressWord(now, words.fi, { locale: 'fi' })).toBe(
      '26\u00a0%, noin 6\u00a0min jäljellä',
    );
    expect(progressWord({ pct: 3, left_s: null }, words.en, { locale: 'en' })).toBe('3%');
  });
});

describe('where a meter’s minutes begin', () => {
  const span = (start: string, reason: string) => ({ start, end: SINCE, reason });
  const books = (booked_from: string | null, ...missing: ReturnType<typeof span>[]) =>
    ({ booked_from, missing }) as MeterBooks;

  it('is before what is booked where more is being fetched', () => {
    const march = '2026-03-14T12:00:00+02:00';
    expect(beginOfMeter(books(SINCE, span(march, 'being fetched')))).toBe(march);
    expect(beginOfMeter(books(null, span(march, 'being fetched')))).toBe(march);
  });

  it('is where it is booked from otherwise', () => {
    expect(beginOfMeter(books(SINCE, span('2026-04-24T00:00:00+03:00', 'outage')))).toBe(SINCE);
    expect(beginOfMeter(books(null))).toBeNull();
  });
});
