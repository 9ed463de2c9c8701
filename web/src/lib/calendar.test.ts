import { describe, expect, it } from 'vitest';
import { aMonth, aYear, meterBooks } from '../testing/answers';
import { words } from '../testing/words';
import { blanksBefore, daysOf, monthsOf, stateOf, weekdayHeads } from './calendar';
import type { MissingSpan } from './wire';

const at = (day: number, clock = '00:00'): string =>
  `2026-04-${String(day).padStart(2, '0')}T${clock}:00+03:00`;
const ms = (text: string): number => Date.parse(text);
const gap = (start: string, end: string, reason = 'outage'): MissingSpan =>
  ({ start, end, reason }) as MissingSpan;
const NOW = ms(at(23, '13:45'));
const mains = meterBooks({
  booked_from: at(3, '10:00'),
  missing: [
    gap(at(5, '09:15'), at(5, '10:00')),
    gap(at(7, '22:00'), at(8, '02:00'), 'being fetched'),
    gap(at(9, '01:00'), at(9, '01:01'), 'damaged'),
  ],
});
const roof = meterBooks({
  name: 'roof',
  booked_from: at(2),
  missing: [gap(at(5, '09:30'), at(5, '10:30'))],
});
const april = aMonth('2026-04', 23, { next: null });
const cells = (locale: 'en' | 'fi' = 'en') =>
  daysOf(april, [mains, roof], NOW, words[locale], locale);

describe('the days of a month', () => {
  it('each stand as the worst of their gaps', () => {
    expect(cells().map(({ state }) => state)).toEqual([
      'before',
      'before',
      'booked',
      'booked',
      'missing',
      'booked',
      'fetched',
      'fetched',
      'damaged',
      ...Array.from({ length: 14 }, () => 'booked'),
      ...Array.from({ length: 7 }, () => 'future'),
    ]);
  });

  it('say it in words, with how long, those of both meters once', () => {
    expect(cells()[4]).toEqual({
      label: '5',
      period: '2026-04-05',
      state: 'missing',
      words: 'Sun 5 April: minutes missing, 1\u00a0h 15\u00a0min (outage)',
    });
    expect(cells()[3]?.words).toBe('Sat 4 April: booked');
    expect(cells('fi')[6]?.words).toBe('ti 7.4.: haetaan, 2\u00a0h');
    expect(cells()[29]).toEqual({ label: '30', period: null, state: 'future', words: 'to come' });
  });

  it('name the meter whose minutes are missing, and its reason, where the other one has them', () => {
    const lost = gap(at(5, '11:00'), at(5, '11:30'), 'not in meter memory');
    const one = { ...mains, missing: [gap(at(5, '09:15'), at(5, '10:00')), lost] };
    const words_ = (...missing: MissingSpan[]) =>
      daysOf(april, [one, { ...roof, missing }], NOW, words.en, 'en')[4]?.words;
    expect(words_()).toBe(
      'Sun 5 April: minutes missing, 1\u00a0h 15\u00a0min (Mains: outage; Mains: not in meter memory)',
    );
    expect(words_(gap(at(5, '11:00'), at(5, '11:30')))).toBe(
      'Sun 5 April: minutes missing, 1\u00a0h 15\u00a0min (outage; Mains: not in meter memory)',
    );
  });

  it('of a running month reach to midnight: what is still to come of today has its place', () => {
    const tonight = gap(at(23, '23:00'), at(24, '01:00'));
    const found = daysOf(april, [{ ...mains, missing: [tonight] }], NOW, words.en, 'en');
    expect(found[22]?.words).toBe('Thu 23 April: minutes missing, 1\u00a0h (outage)');
  });

  it('are as many as the month has, also where the clock changes in it', () => {
    const march = aMonth('2026-03', 0, {
      start: at(1).replace('-04-', '-03-').replace('+03', '+02'),
    });
    expect(daysOf(march, [mains], NOW, words.en, 'en')).toHaveLength(31);
    const october = { start: '2026-10-01T00:00:00+03:00', end: '2026-11-01T00:00:00+02:00' };
    expect(daysOf(aMonth('2026-10', 0, october), [mains], NOW, words.en, 'en')).toHaveLength(31);
  });

  it('begin on the day of the week that they do', () => {
    expect(blanksBefore(april)).toBe(2);
    expect(blanksBefore(aMonth('2026-06', 30))).toBe(0);
    expect(blanksBefore(aMonth('2026-03', 31))).toBe(6);
    expect(weekdayHeads('en')).toEqual(['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']);
  });

  it('are known of no meter before one is booked', () => {
    const none = meterBooks({ booked_from: null, missing: null });
    expect(stateOf({ from: ms(at(5)), to: ms(at(6)) }, [none], NOW)).toBe('before');
    expect(stateOf({ from: ms(at(5)), to: ms(at(6)) }, [], NOW)).toBe('before');
    expect(stateOf({ from: NOW, to: NOW + 1 }, [mains], NOW)).toBe('future');
    expect(stateOf({ from: NOW - 1, to: NOW + 1 }, [mains], NOW)).toBe('booked');
  });
});

describe('the months of a year', () => {
  it('stand likewise, and open', () => {
    const found = monthsOf(aYear(2026, 4, { next: null }), [mains, roof], NOW, words.en, 'en');
    expect(found).toHaveLength(12);
    expect(found.map(({ label }) => label).slice(0, 4)).toEqual(['Jan', 'Feb', 'Mar', 'Apr']);
    expect(found[3]).toEqual({
      label: 'Apr',
      period: '2026-04',
      state: 'damaged',
      words: 'April: damaged',
    });
    expect(found[2]).toMatchObject({ state: 'before', period: '2026-03' });
    expect(found[4]).toMatchObject({ state: 'future', period: null });
  });

  it('have the value that is given them, and those without one none', () => {
    const year = aYear(2026, 4, { next: null });
    const found = monthsOf(year, [mains], NOW, words.en, 'en', ['1 kWh', '']);
    expect(found.map(({ value }) => value)).toEqual(['1 kWh', '', ...Array(10).fill(undefined)]);
    expect(found[2]).not.toHaveProperty('value');
  });

  it('of a running year reach to now: what is to come of this month is not missing', () => {
    const later = gap(at(24), at(25));
    const books = { ...mains, booked_from: '2024-01-01T00:00:00+02:00', missing: [later] };
    const found = monthsOf(aYear(2026, 4, { next: null }), [books], NOW, words.en, 'en');
    expect(found[3]?.state).toBe('booked');
  });

  it('of a closed year reach to its end', () => {
    const late = meterBooks({
      missing: [gap('2025-12-31T20:00:00+02:00', '2026-01-01T02:00:00+02:00')],
    });
    const books = { ...late, booked_from: '2024-01-01T00:00:00+02:00' };
    const found = monthsOf(aYear(2025, 12), [books], NOW, words.en, 'en');
    expect(found[11]?.state).toBe('missing');
    expect(found[10]?.state).toBe('booked');
  });
});
