/** Periods by their text. What comes before and after one is the server's to say. */
import type { Words } from './i18n';
import * as time from './time';
import type { Locale } from './time';
import type { Energy } from './wire';

export type Kind = 'day' | 'week' | 'month' | 'year' | 'all';

export const KINDS: readonly Kind[] = ['day', 'week', 'month', 'year', 'all'];

/** The running period of each kind, by its word. */
export const CURRENT: Record<Kind, string> = {
  day: 'today',
  week: 'this-week',
  month: 'this-month',
  year: 'this-year',
  all: 'all',
};

/** Of part of a day, which has no text, it is none that matters. */
export function kindOf(period: string | null): Kind {
  if (period === null || period === 'yesterday') return 'day';
  const word = KINDS.find((kind) => CURRENT[kind] === period);
  if (word) return word;
  if (period.includes('W')) return 'week';
  return period.length > 7 ? 'day' : period.length > 4 ? 'month' : 'year';
}

/** The text of the period of a kind that holds a date ("2026-04-22"); a day's week is the server's to say. */
export function periodOf(kind: Exclude<Kind, 'week'>, date: string): string {
  return { day: date, month: date.slice(0, 7), year: date.slice(0, 4), all: 'all' }[kind];
}

/** How long each bucket of an answer is, ms. */
export function lengthsOf_ms({ buckets, end }: Energy): number[] {
  const starts = buckets.start.map((at) => Date.parse(at));
  return starts.map((from, i) => (starts[i + 1] ?? Date.parse(end)) - from);
}

/** Nothing comes after the running period. */
export const isRunning = (energy: Energy): boolean => energy.next === null;

export const holds = (energy: Energy, date: string): boolean =>
  energy.start.slice(0, 10) <= date && date < energy.end.slice(0, 10);

/** The period that a bucket of this answer is, to go into it; null where there is none. */
export function bucketPeriod(energy: Energy, start: string): string | null {
  switch (energy.resolution) {
    case 'day':
      return start.slice(0, 10);
    case 'month':
      return start.slice(0, 7);
    case 'year':
      return start.slice(0, 4);
    default:
      return null;
  }
}

/** "Thu 23 Apr" ("To 23.4."), "Week 47", "April 2026", "2026", "All years". */
export function titleOf(energy: Energy, words: Words, locale: Locale, thisYear: string): string {
  const { start, period } = energy;
  switch (kindOf(period)) {
    case 'day':
      return time.capital(time.weekdayDate(start, thisYear, locale));
    case 'week':
      return words.history.weekTitle(String(Number(period?.slice(-2))));
    case 'month':
      return time.monthYear(start, locale);
    case 'year':
      return start.slice(0, 4);
    case 'all':
      return words.history.allTitle;
  }
}

/** The title while the answer is on its way, as far as the text alone tells. */
export function titleBefore(
  period: string,
  words: Words,
  locale: Locale,
  thisYear: string,
): string {
  if (period === 'today') return words.history.today;
  if (/^\d{4}-\d{2}-\d{2}$/.test(period))
    return time.capital(time.weekdayDate(period, thisYear, locale));
  if (/^\d{4}-\d{2}$/.test(period)) return time.monthYear(`${period}-01`, locale);
  if (/^\d{4}-W\d{2}$/.test(period)) {
    return words.history.weekTitle(String(Number(period.slice(-2))));
  }
  if (/^\d{4}$/.test(period)) return period;
  return words.history[kindOf(period)];
}

/**
 * A title in three parts, of which the middle one may be left out where there is little room:
 * "Marras|kuu| 2025", "|Wed |24 Sept 2025".
 */
export function titleParts(
  period: string | null,
  title: string,
  locale: Locale,
): readonly [string, string, string] {
  const split = (from: number, to: number): readonly [string, string, string] => [
    title.slice(0, from),
    title.slice(from, to),
    title.slice(to),
  ];
  if (period && /^\d{4}-\d{2}$/.test(period)) {
    return split(time.monthShort(period, locale).length, time.monthLong(period, locale).length);
  }
  if (period && /^\d{4}-\d{2}-\d{2}$/.test(period) && title.endsWith(period.slice(0, 4))) {
    return split(0, time.weekday(period, locale).length + 1);
  }
  return split(title.length, title.length);
}

/** A short name of an earlier period: "Wed", "Week 16", "Mar", "2025". */
export function shortName(energy: Energy, words: Words, locale: Locale): string {
  switch (kindOf(energy.period)) {
    case 'day':
      return time.weekday(energy.start, locale);
    case 'week':
      return words.history.weekTitle(String(Number(energy.period?.slice(-2))));
    case 'month':
      return time.monthShort(energy.start, locale);
    default:
      return energy.start.slice(0, 4);
  }
}
