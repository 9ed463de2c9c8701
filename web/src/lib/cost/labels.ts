/** How the bars of a cost are called, and the numbers beside them. */
import { fixed, type NumberStyle } from '../format';
import * as time from '../time';
import type { Locale } from '../time';
import type { Cost } from '../wire';
import type { MoneyPicture } from './bars';

const A_WEEK = 7;

/** Under the axis; empty where there is no room for every one. */
export function axisName({ resolution, buckets, end }: Cost, i: number, locale: Locale): string {
  const start = buckets.start[i] ?? '';
  switch (resolution) {
    case 'minute':
    case 'quarter':
    case 'hour':
      return start.slice(14, 16) === '00' && Number(start.slice(11, 13)) % 6 === 0
        ? start.slice(11, 13)
        : '';
    case 'day':
      if (Date.parse(end) - Date.parse(buckets.start[0] ?? '') <= A_WEEK * 90_000_000)
        return time.weekday(start, locale);
      return i % 5 === 0 ? String(time.day(start)) : '';
    case 'month':
      return time.monthLetter(start, locale);
    case 'year':
      return start.slice(0, 4);
  }
}

/** In a sentence and in the table. */
export function longName(
  { resolution }: Cost,
  start: string,
  thisYear: string,
  locale: Locale,
): string {
  switch (resolution) {
    case 'minute':
    case 'quarter':
    case 'hour':
      return time.clock(start, locale);
    case 'day':
      return time.weekdayDate(start, thisYear, locale);
    case 'month':
      return time.monthYear(start, locale);
    case 'year':
      return start.slice(0, 4);
  }
}

/** An amount on the axis, with as many decimals as its step needs. */
export function axisAmount({ lines }: MoneyPicture, amount: number, style: NumberStyle): string {
  const step = Math.abs((lines[1] ?? 1) - (lines[0] ?? 0));
  return fixed(Math.abs(amount), step < 0.1 ? 2 : step < 1 ? 1 : 0, style);
}
