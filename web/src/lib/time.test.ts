import { describe, expect, it } from 'vitest';
import * as time from './time';

const at = '2026-04-23T04:05:12.310+03:00';

describe("the home's wall clock", () => {
  it('is read as the server wrote it, whatever zone this machine is in', () => {
    expect(time.clock(at, 'en')).toBe('04:05');
    expect(time.atClock(at, 'fi')).toBe('klo\u00a004.05');
    expect(time.weekdayDate(at, '2026', 'en')).toBe('Thu 23 Apr');
    expect(time.weekdayDate(at, '2026', 'fi')).toBe('to 23.4.');
    expect(time.monthYear(at, 'en')).toBe('April 2026');
    expect(time.monthYear(at, 'fi')).toBe('Huhtikuu 2026');
    expect(time.monthLetter(at, 'fi')).toBe('4');
    expect(time.weekdayDate(at, '2027', 'en')).toBe('Thu 23 Apr 2026');
    expect(time.weekdayDate(at, '2027', 'fi')).toBe('to 23.4.2026');
  });

  it('of a date without a time is its midnight', () => {
    expect(time.weekdayDate('2026-03-29', '2026', 'en')).toBe('Sun 29 Mar');
  });

  it('shows now in the zone of the home', () => {
    expect(time.homeNow(Date.UTC(2026, 2, 29, 1, 30), 'Europe/Helsinki')).toBe(
      '2026-03-29T04:30:00',
    );
    expect(time.homeNow(Date.UTC(2026, 0, 1, 0, 0), 'Asia/Kathmandu')).toBe('2026-01-01T05:45:00');
  });
});

describe('a moment that may be long ago', () => {
  const now = '2026-04-23T17:24:00';

  it.each([
    ['2026-04-23T13:45:00+03:00', '13:45', 'klo\u00a013.45'],
    ['2026-04-22T23:13:00+03:00', '22 April 23:13', '22.4. klo\u00a023.13'],
    ['2025-12-31T23:59:00+02:00', '31 December 2025 23:59', '31.12.2025 klo\u00a023.59'],
  ])('%s says its date where that is not today', (at, english, finnish) => {
    expect(time.when(at, now, 'en')).toBe(english);
    expect(time.when(at, now, 'fi')).toBe(finnish);
  });
});

describe('a range of dates', () => {
  it.each([
    ['2026-11-16', '2026-11-22', '16–22 Nov', '16.–22.11.'],
    ['2026-11-30', '2026-12-06', '30 Nov – 6 Dec', '30.11. – 6.12.'],
    ['2026-11-16', '2026-11-16', '16 Nov', '16.11.'],
  ])('from %s to %s', (first, last, en, fi) => {
    expect(time.dateRange(first, last, 'en')).toBe(en);
    expect(time.dateRange(first, last, 'fi')).toBe(fi);
  });
});

describe('the last day of a span', () => {
  it.each([
    ['2026-04-27T00:00:00+03:00', '2026-04-26'],
    ['2026-03-01T00:00:00+02:00', '2026-02-28'],
    // In Santiago the clocks go from midnight to one: the day after begins at one.
    ['2026-09-06T01:00:00-03:00', '2026-09-05'],
  ])('that ends at %s is %s', (end, last) => {
    expect(time.lastDay(end)).toBe(last);
  });
});

describe('the names of days and months', () => {
  const locales = [
    ['en', 'en-GB'],
    ['fi', 'fi'],
  ] as const;
  const dates = Array.from(
    { length: 12 },
    (_, i) => `2026-${String(i + 1).padStart(2, '0')}-0${String((i % 7) + 1)}`,
  );

  it.each(locales)('in %s are those that Intl knows', (locale, tag) => {
    const intl = (at: string, options: Intl.DateTimeFormatOptions): string =>
      new Intl.DateTimeFormat(tag, { timeZone: 'UTC', ...options }).format(
        new Date(`${at}T00:00Z`),
      );
    for (const date of dates) {
      expect(time.monthLong(date, locale)).toBe(intl(date, { month: 'long' }));
      expect(time.monthShort(date, locale)).toBe(intl(date, { month: 'short' }));
      const letter =
        locale === 'fi' ? String(Number(date.slice(5, 7))) : intl(date, { month: 'narrow' });
      expect(time.monthLetter(date, locale)).toBe(letter);
      expect(time.weekday(date, locale)).toBe(intl(date, { weekday: 'short' }));
    }
  });

  it('stand in English dates as Intl writes them', () => {
    for (const date of dates) {
      const intl = (options: Intl.DateTimeFormatOptions): string =>
        new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', ...options }).format(
          new Date(`${date}T00:00Z`),
        );
      expect(time.date(date, 'en')).toBe(intl({ day: 'numeric', month: 'long' }));
      expect(time.dateShort(date, 'en')).toBe(intl({ day: 'numeric', month: 'short' }));
    }
  });
});

describe('each form', () => {
  const at = '2026-04-03T04:05:12+03:00';
  it.each([
    [time.clock(at, 'en'), '04:05', time.clock(at, 'fi'), '04.05'],
    [time.midnight('en'), '24:00', time.midnight('fi'), '24.00'],
    [time.clockSeconds(at, 'en'), '04:05:12', time.clockSeconds(at, 'fi'), '04.05.12'],
    [time.atClock(at, 'en'), '04:05', time.atClock(at, 'fi'), 'klo\u00a004.05'],
    [time.weekday(at, 'en'), 'Fri', time.weekday(at, 'fi'), 'pe'],
    [time.date(at, 'en'), '3 April', time.date(at, 'fi'), '3.4.'],
    [time.dateYear(at, 'en'), '3 April 2026', time.dateYear(at, 'fi'), '3.4.2026'],
    [time.dateShort(at, 'en'), '3 Apr', time.dateShort(at, 'fi'), '3.4.'],
    [time.monthYear(at, 'en'), 'April 2026', time.monthYear(at, 'fi'), 'Huhtikuu 2026'],
    [time.monthShort(at, 'en'), 'Apr', time.monthShort(at, 'fi'), 'huhti'],
    [time.monthLong(at, 'en'), 'April', time.monthLong(at, 'fi'), 'huhtikuu'],
    [time.monthLetter(at, 'en'), 'A', time.monthLetter(at, 'fi'), '4'],
  ])('%s is %s, %s is %s', (english, en, finnish, fi) => {
    expect([english, finnish]).toEqual([en, fi]);
  });

  it('is short where there is little room, and has its date unless that is today', () => {
    expect(time.whenShort(at, '2026-04-03T17:00:00', 'en')).toBe('04:05');
    expect(time.whenShort(at, '2026-04-04T01:00:00', 'en')).toBe('3 Apr 04:05');
    expect(time.whenShort(at, '2027-04-03T01:00:00', 'fi')).toBe('3.4. klo\u00a004.05');
    expect(time.when(at, '2027-04-03T04:05:00', 'en')).toBe('3 April 2026 04:05');
  });

  it.each([
    ['2025-01-01', '2025-11-01', 'Jan–Nov 2025', '1–11/2025'],
    ['2025-01-01', '2025-01-31', 'Jan 2025', '1/2025'],
    ['2025-01-01', '2026-01-01', 'Jan–Jan 2025', '1–1/2025'],
  ])('a range of months from %s to %s', (first, last, en, fi) => {
    expect(time.monthRange(first, last, 'en')).toBe(en);
    expect(time.monthRange(first, last, 'fi')).toBe(fi);
  });

  it('a range of clocks says its second date where there is one', () => {
    const from = '2026-04-22T09:15:00+03:00';
    expect(time.clockRange(from, '2026-04-22T10:00:00+03:00', 'en')).toBe('22 April 09:15–10:00');
    expect(time.clockRange(from, '2026-04-23T08:00:00+03:00', 'en')).toBe(
      '22 April 09:15 – 23 April 08:00',
    );
    expect(time.clockRange(from, '2026-04-23T08:00:00+03:00', 'fi')).toBe(
      '22.4. 09.15 – 23.4. 08.00',
    );
  });

  it('the parts of a date are numbers', () => {
    expect([time.day(at), time.month(at), time.dayOfWeek(at)]).toEqual([3, 4, 5]);
    expect(time.dayOfWeek('2026-04-05')).toBe(0);
    expect(time.capital('ärsyttävä')).toBe('Ärsyttävä');
    expect(time.capital('')).toBe('');
  });

  it('the offset stands at the end', () => {
    expect(time.offset(at)).toBe('+03:00');
    expect(time.offset('2026-04-03T04:05:12-09:30')).toBe('-09:30');
    expect(time.offset('2026-04-03T04:05:12Z')).toBe('Z');
    expect(time.offset('2026-04-03')).toBe('Z');
  });

  it('of the home’s zone is the same with and without Temporal', () => {
    time.warmUp();
    expect(time.homeNow(Date.UTC(2026, 9, 25, 0, 59, 59, 700), 'Europe/Helsinki')).toBe(
      '2026-10-25T03:59:59',
    );
    expect(time.homeNow(Date.UTC(2026, 9, 25, 1, 0), 'Europe/Helsinki')).toBe(
      '2026-10-25T03:00:00',
    );
    expect(time.homeNow(Date.UTC(2026, 11, 31, 22, 0), 'Europe/Helsinki')).toBe(
      '2027-01-01T00:00:00',
    );
  });
});
