/** How the bars of a cost are called, and the numbers beside them. */
import { weekdayHeads } from '../calendar';
import { axisText } from '../chart/scale';
import type { NumberStyle } from '../format';
import * as time from '../time';
import type { Locale } from '../time';
import type { Cost } from '../wire';
import type { MoneyPicture } from './bars';

const A_WEEK_MS = 8 * 86_400_000;
const STEP_MS = { minute: 60_000, quarter: 900_000, hour: 3_600_000 } as const;

/** Under the axis, also of what is still to come; empty where there is no room for every one. */
export function axisName(cost: Cost, i: number, locale: Locale): string {
  const { resolution, buckets, start, end, time_zone } = cost;
  const at = buckets.start[i];
  switch (resolution) {
    case 'minute':
    case 'quarter':
    case 'hour': {
      const clock = at ?? time.homeNow(Date.parse(start) + i * STEP_MS[resolution], time_zone);
      return clock.slice(14, 16) === '00' && Number(clock.slice(11, 13)) % 6 === 0
        ? clock.slice(11, 13)
        : '';
    }
    case 'day':
      if (Date.parse(end) - Date.parse(start) <= A_WEEK_MS) return weekdayHeads(locale)[i] ?? '';
      return i % 7 === 0 ? String(i + 1) : '';
    case 'month':
      return time.monthLetter(`${start.slice(0, 4)}-${String(i + 1).padStart(2, '0')}`, locale);
    case 'year':
      return (at ?? '').slice(0, 4);
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

/** An amount on the axis: what lies below zero was earned, and says so by its sign. */
export const axisAmount = ({ lines }: MoneyPicture, amount: number, style: NumberStyle): string =>
  axisText(amount, lines, style);
