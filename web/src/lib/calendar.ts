/** Days and months to choose from, each with how it stands in the books. */
import { beginOfMeter, isBeingFetched } from './fetching';
import { minutesOf } from './gaps';
import { span } from './format';
import type { Words } from './i18n';
import { bucketPeriod, isRunning } from './period';
import * as time from './time';
import type { Locale } from './time';
import type { Energy, MeterBooks, MissingSpan } from './wire';

export type BookState = 'booked' | 'fetched' | 'missing' | 'damaged' | 'before' | 'future';

export interface Cell {
  /** "17", "Jun" */
  label: string;
  /** What opens; null for what is not there yet. */
  period: string | null;
  state: BookState;
  /** "Wed 17 June: minutes missing, 45 min (outage)" */
  words: string;
  /** What its bar says, where there is room for it. */
  value?: string;
}

interface Span {
  from: number;
  to: number;
}

const DAY_MS = 86_400_000;

/** How a span stands in the books of these meters: the worst of it. */
export function stateOf(span: Span, meters: readonly MeterBooks[], now_ms: number): BookState {
  if (span.from >= now_ms) return 'future';
  const begins = meters
    .map(beginOfMeter)
    .filter((at) => at !== null)
    .map((at) => Date.parse(at));
  if (!begins.length || Math.max(...begins) >= span.to) return 'before';
  const gaps = gapsOf(span, meters);
  if (gaps.some(({ reason }) => reason === 'damaged')) return 'damaged';
  if (gaps.some(isBeingFetched)) return 'fetched';
  return gaps.length ? 'missing' : 'booked';
}

/** As far as they lie in the span, in order. */
function gapsOf({ from, to }: Span, meters: readonly MeterBooks[]): MissingSpan[] {
  return meters
    .flatMap(({ missing }) => missing ?? [])
    .map((gap) => ({
      ...gap,
      start: new Date(Math.max(from, Date.parse(gap.start))).toISOString(),
      end: new Date(Math.min(to, Date.parse(gap.end))).toISOString(),
    }))
    .filter(({ start, end }) => start < end)
    .sort((one, other) => Date.parse(one.start) - Date.parse(other.start));
}

/** Why minutes are missing; with the meter's name where another one has them. */
function reasonsOf(span: Span, meters: readonly MeterBooks[], words: Words): string {
  const found = meters.map((meter) => ({
    name: time.capital(meter.name),
    reasons: gapsOf(span, [meter]).map(({ reason }) => words.meters.reasons[reason] ?? reason),
  }));
  const told = found.flatMap(({ name, reasons }) =>
    reasons.map((reason) =>
      found.every((meter) => meter.reasons.includes(reason))
        ? reason
        : words.faults.of(name, reason),
    ),
  );
  return [...new Set(told)].join('; ');
}

/** The days of a month: those that the answer has, and those to come. */
export function daysOf(
  month: Energy,
  meters: readonly MeterBooks[],
  now_ms: number,
  words: Words,
  locale: Locale,
): Cell[] {
  const { start, end } = month;
  const starts = month.buckets.start.map((at) => Date.parse(at));
  const count = Math.round((Date.parse(end) - Date.parse(start)) / DAY_MS);
  return Array.from({ length: count }, (_, i) => {
    const label = String(i + 1);
    const at = month.buckets.start[i];
    const from = starts[i];
    if (at === undefined || from === undefined) {
      return { label, period: null, state: 'future', words: words.calendar.states.future };
    }
    const to = starts[i + 1] ?? Math.min(from + DAY_MS, Date.parse(end));
    const state = stateOf({ from, to }, meters, now_ms);
    const minutes = minutesOf(gapsOf({ from, to }, meters));
    const told = words.calendar.states[state];
    const length = minutes > 0 ? words.calendar.length(told, span(minutes)) : told;
    const why = state === 'missing' ? reasonsOf({ from, to }, meters, words) : '';
    const stands = why ? words.calendar.why(length, why) : length;
    const date = `${time.weekday(at, locale)} ${time.date(at, locale)}`;
    return { label, period: bucketPeriod(month, at), state, words: `${date}: ${stands}` };
  });
}

/** Any Monday to Sunday: a week has these days whichever it is. */
const WEEK = [1, 2, 3, 4, 5, 6, 7].map((day) => `2024-01-0${String(day)}`);

export const weekdayHeads = (locale: Locale): string[] =>
  WEEK.map((date) => time.weekday(date, locale));

/** From Monday on: how many places of the first week belong to the month before. */
export const blanksBefore = (month: Energy): number => (time.dayOfWeek(month.start) + 6) % 7;

/** The twelve months of a year; `values` are what stands in each, in order. */
export function monthsOf(
  year: Energy,
  meters: readonly MeterBooks[],
  now_ms: number,
  words: Words,
  locale: Locale,
  values: readonly string[] = [],
): Cell[] {
  const { buckets, start } = year;
  return Array.from({ length: 12 }, (_, i) => {
    const text = `${start.slice(0, 4)}-${String(i + 1).padStart(2, '0')}`;
    const label = time.monthShort(text, locale);
    const at = buckets.start[i];
    if (at === undefined) {
      return { label, period: null, state: 'future', words: words.calendar.states.future };
    }
    const from = Date.parse(at);
    const to = Date.parse(buckets.start[i + 1] ?? (isRunning(year) ? '' : year.end)) || now_ms;
    const state = stateOf({ from, to }, meters, now_ms);
    return {
      label,
      period: text,
      state,
      ...(values[i] === undefined ? {} : { value: values[i] }),
      words: `${time.monthLong(text, locale)}: ${words.calendar.states[state]}`,
    };
  });
}
