import { describe, expect, it } from 'vitest';
import { words } from '../testing/words';
import { aDay, aMonth, answer, aYear, meterBooks } from '../testing/answers';
import {
  beginOf,
  beginText,
  bookedTo,
  emptyWord,
  isFirstDay,
  worth,
  type Sighting,
} from './reading';
import type { Energy, Meters, MissingSpan } from './wire';

const TOTALS = { coverage_pct: 40 } as Energy['totals'];

function day(
  date: string,
  begin: string,
  running: boolean,
  reason: MissingSpan['reason'] = 'outage',
): string {
  const energy = {
    period: date,
    next: running ? null : '2026-04-24',
    start: `${date}T00:00:00+03:00`,
    end: '2026-04-24T00:00:00+03:00',
    totals: TOTALS,
  } as Energy;
  const now = '2026-04-23T13:45:00';
  const now_ms = Date.parse(`${now}+03:00`);
  return worth({
    energy,
    words: words.en,
    style: { locale: 'en' },
    locale: 'en',
    now,
    now_ms,
    begin,
    gaps: [{ start: energy.start, end: energy.end, reason }],
    fetching: { pct: 26, left_s: 341 },
  });
}

describe('the first day', () => {
  it('says when the books begin', () => {
    expect(day('2026-04-23', '2026-04-23T10:12:00+03:00', true)).toBe(
      'The books begin today at 10:12.',
    );
  });

  it('is any other day once the books began before it', () => {
    expect(day('2026-04-23', '2026-04-22T10:12:00+03:00', true)).toContain('so far, until 13:45');
  });
});

describe('a day of which the meters still have minutes', () => {
  it.each([true, false])('is being fetched, whether it runs or is over', (running) => {
    expect(day('2026-04-23', '2026-04-23T10:12:00+03:00', running, 'being fetched')).toBe(
      'being fetched, 26%, about 6\u00a0min left',
    );
  });
});

describe('what a period is worth', () => {
  const NOW = '2026-04-23T13:45:00';
  const told = (energy: Energy, more: Partial<Sighting> = {}): string =>
    worth({
      energy,
      words: words.en,
      style: { locale: 'en' },
      locale: 'en',
      now: NOW,
      now_ms: Date.parse(`${NOW}+03:00`),
      begin: '2025-10-25T00:00:00+03:00',
      gaps: [],
      fetching: null,
      ...more,
    });
  const covered = (energy: Energy, coverage_pct: number): Energy => ({
    ...energy,
    totals: { ...energy.totals, coverage_pct },
  });
  const week = answer({
    period: '2026-W17',
    start: '2026-04-20T00:00:00+03:00',
    end: '2026-04-27T00:00:00+03:00',
  });

  it.each<[Energy, string]>([
    [aDay('2026-04-22'), 'every minute booked'],
    [covered(aDay('2026-04-22'), 97), '97% booked, 43\u00a0min missing'],
    [covered(aDay('2026-04-22'), 99.99), '99% booked, 1\u00a0min missing'],
    [week, '20–26 Apr'],
    [{ ...week, next: null }, '20–26 Apr · so far'],
    [aMonth('2026-04', 23, { next: null }), 'so far, until 23 Apr 13:45'],
    [aYear(2026, 4, { next: null }), 'so far, until 23 Apr 13:45'],
    [aDay('2026-04-23', 14, { next: null }), 'so far, until 13:45'],
    [covered(aDay('2026-04-23', 14, { next: null }), 90), 'so far, until 13:45 · 90% booked'],
    // 2 of 825 minutes may be on their way.
    [covered(aDay('2026-04-23', 14, { next: null }), 99.76), 'so far, until 13:45'],
    [aYear(2025, 12), 'since 25 October 2025'],
    [
      answer({ period: 'all', next: null, start: '2025-01-01T00:00:00+02:00' }),
      'since 25 October 2025',
    ],
  ])('%o is worth %s', (energy, text) => {
    expect(told(energy)).toBe(text);
  });

  it('leaves to the line below which minutes are missing of a day that runs', () => {
    const gaps = [{ start: '', end: '', reason: 'outage' }] as MissingSpan[];
    expect(told(covered(aDay('2026-04-23', 14, { next: null }), 90), { gaps })).toBe(
      'so far, until 13:45',
    );
  });

  it('says since when in this year without the year', () => {
    const begin = '2026-03-01T00:00:00+02:00';
    expect(told(aYear(2026, 4, { next: null }), { begin })).toBe('so far · since 1 March');
  });

  it('says where there is nothing', () => {
    const empty = aDay('2026-04-22');
    empty.totals = { ...empty.totals, imported_wh: null, produced_wh: null, consumed_wh: null };
    expect(told(empty)).toBe('Nothing was booked then.');
    expect(told({ ...empty, next: null })).toContain('so far');
    expect(emptyWord({ ...empty, next: null }, words.en)).toBe('Nothing is booked yet.');
    const one = aDay('2026-04-22');
    one.totals = { ...one.totals, consumed_wh: null };
    expect(emptyWord(one, words.en)).toBe('Only one meter is booked so far.');
    one.totals = { ...one.totals, solar_coverage_pct: null };
    expect(emptyWord(one, words.en)).toBeNull();
    expect(emptyWord(aDay('2026-04-22'), words.en)).toBeNull();
  });
});

describe('where the books begin and end', () => {
  const mains = meterBooks();
  const roof = meterBooks({
    booked_from: '2026-04-10T00:00:00+03:00',
    booked_to: '2026-04-23T13:40:00+03:00',
  });

  it('is where the last of the meters begins, and the first of them ends', () => {
    expect(beginText([mains, roof])).toBe('2026-04-10T00:00:00+03:00');
    expect(beginOf([mains, roof])).toBe(Date.parse('2026-04-10T00:00:00+03:00'));
    expect([beginText(undefined), beginOf([])]).toEqual([null, null]);
    expect(bookedTo({ meters: [mains, roof] } as Meters)).toBe('2026-04-23T13:40:00+03:00');
    expect(bookedTo({ meters: [mains, meterBooks({ booked_to: null })] } as Meters)).toBeNull();
    expect(bookedTo(null)).toBeNull();
  });

  it('is a first day only where that runs', () => {
    const today = aDay('2026-04-23', 14, { next: null });
    const begin = '2026-04-23T10:00:00+03:00';
    const now = '2026-04-23T13:45:00';
    expect(isFirstDay(today, begin, now)).toBe(true);
    expect(isFirstDay({ ...today, next: 'x' }, begin, now)).toBe(false);
    expect(isFirstDay(today, null, now)).toBe(false);
    expect(isFirstDay(today, begin, '2026-04-24T01:00:00')).toBe(false);
    expect(isFirstDay(today, today.start, now)).toBe(false);
    expect(isFirstDay(aMonth('2026-04', 23, { next: null }), begin, now)).toBe(false);
  });
});
