/** What the meters remember and the server still fetches: how far it is, how long it takes, and which spans wait. */
import { percent, span, type NumberStyle } from './format';
import type { Words } from './i18n';
import type { MeterBooks, MissingSpan } from './wire';

/** The reason of a span that is in a meter's memory and not on the books yet. */
const BEING_FETCHED: MissingSpan['reason'] = 'being fetched';
/** Earlier the pace says nothing. */
const PACE_AFTER_MS = 3_000;

export interface Fetching {
  /** Of both meters together, 0-99. */
  pct: number;
  /** Until the last of them is done; null while that can't be told. */
  left_s: number | null;
}

type Progress = Pick<
  MeterBooks,
  'name' | 'to_fetch_minutes' | 'fetched_minutes' | 'fetching_since'
>;

/** The most minutes that there were to fetch, by the meter's name. */
export type Most = Readonly<Record<string, number>>;

const waits = ({ to_fetch_minutes }: Progress): boolean => (to_fetch_minutes ?? 0) > 0;

/** A server that was started again counts from nothing, and no bar goes back: the most that was heard counts. */
export const mostOf = (known: Most, meters: readonly Progress[]): Most =>
  Object.fromEntries(meters.filter(waits).map((meter) => [meter.name, doneOf(meter, known).all]));

/** Minutes done, of all that there were. */
export function doneOf(meter: Progress, most: Most): { done: number; all: number } {
  const left = meter.to_fetch_minutes ?? 0;
  const all = Math.max(most[meter.name] ?? 0, (meter.fetched_minutes ?? 0) + left);
  return { done: all - left, all };
}

/** Null while nothing is being fetched. */
export function fetchingOf(
  meters: readonly Progress[] | undefined,
  now_ms: number,
  most: Most = {},
): Fetching | null {
  if (!meters?.some(waits)) return null;
  const busy = meters.filter((meter) => waits(meter) || meter.fetching_since !== null);
  let done = 0;
  let all = 0;
  let left_s: number | null = 0;
  for (const meter of busy) {
    const progress = doneOf(meter, most);
    done += progress.done;
    all += progress.all;
    const left = waits(meter) ? leftOf_s(meter, now_ms) : 0;
    left_s = left === null || left_s === null ? null : Math.max(left_s, left);
  }
  return { pct: Math.min(99, Math.floor((100 * done) / all)), left_s };
}

/** By the pace since the server began, so that it is right whoever opens the app when. */
export function leftOf_s(meter: Progress, now_ms: number): number | null {
  const { to_fetch_minutes, fetched_minutes, fetching_since } = meter;
  if (!to_fetch_minutes || !fetched_minutes || fetching_since === null) return null;
  const passed_ms = now_ms - Date.parse(fetching_since);
  if (!(passed_ms >= PACE_AFTER_MS)) return null;
  return (passed_ms / 1000 / fetched_minutes) * to_fetch_minutes;
}

/** "20 s", "6 min", "1 h 10 min": never less than there is, by much, and never nothing. */
export function leftWord(left_s: number | null): string {
  if (left_s === null) return '';
  if (left_s <= 55) return `${String(Math.max(5, Math.ceil(left_s / 5) * 5))}\u00a0s`;
  const minutes = Math.max(1, Math.round(left_s / 60));
  return span(minutes < 60 ? minutes : Math.round(minutes / 10) * 10);
}

/** "26%, about 6 min left" */
export function progressWord({ pct, left_s }: Fetching, words: Words, style: NumberStyle): string {
  return words.fetching.progress(percent(pct, style), leftWord(left_s));
}

export const isBeingFetched = ({ reason }: MissingSpan): boolean => reason === BEING_FETCHED;

/** Where the first of a meter's minutes is or will be, RFC 3339; null while it has none. */
export function beginOfMeter(meter: MeterBooks): string | null {
  const waiting = (meter.missing ?? []).filter(isBeingFetched).map(({ start }) => start);
  const starts = [meter.booked_from, ...waiting].filter((at) => at !== null);
  return starts.sort((a, b) => Date.parse(a) - Date.parse(b))[0] ?? null;
}
