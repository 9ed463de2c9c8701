/** What History says of an answer in words: how complete it is, and what is missing. */
import { coverage, span, type NumberStyle } from './format';
import type { Words } from './i18n';
import { isRunning, kindOf } from './period';
import * as time from './time';
import type { Tongue } from './time';
import type { Energy, MeterBooks, Meters, MissingSpan } from './wire';

const WHOLE_PCT = 99.995;
/** Fewer minutes than these may just be on their way. */
const PENDING_MIN = 3;

/** Where all the books begin, ms; null while that is not known. */
export function beginOf(meters: readonly MeterBooks[] | undefined): number | null {
  const starts = (meters ?? []).map(({ booked_from }) => booked_from).filter((at) => at !== null);
  return starts.length ? Math.max(...starts.map((at) => Date.parse(at))) : null;
}

export function beginText(meters: readonly MeterBooks[] | undefined): string | null {
  const starts = (meters ?? []).map(({ booked_from }) => booked_from).filter((at) => at !== null);
  return starts.sort((a, b) => Date.parse(b) - Date.parse(a))[0] ?? null;
}

/** Whether this is the running day, and the books begin in it. */
export const isFirstDay = (energy: Energy, begin: string | null, now: string): boolean =>
  begin !== null &&
  isRunning(energy) &&
  kindOf(energy.period ?? '') === 'day' &&
  begin.slice(0, 10) === now.slice(0, 10) &&
  Date.parse(begin) > Date.parse(energy.start);

/** Up to when every meter's minutes are booked; null while one has none. */
export function bookedTo(meters: Meters | null): string | null {
  const ends = (meters?.meters ?? []).map(({ booked_to }) => booked_to);
  if (!ends.length || ends.includes(null)) return null;
  return ends.sort((a, b) => Date.parse(a ?? '') - Date.parse(b ?? ''))[0] ?? null;
}

export interface Sighting {
  energy: Energy;
  words: Words;
  style: NumberStyle;
  tongue: Tongue;
  /** The home's clock now, without offset. */
  now: string;
  now_ms: number;
  /** RFC 3339 start of the books, where known. */
  begin: string | null;
}

/** What the period is worth: "so far, until 13:45", "97% booked, 45 min missing". */
export function worth(sighting: Sighting): string {
  const { energy, words, style, tongue, now, begin } = sighting;
  const parts: string[] = [];
  if (kindOf(energy.period ?? '') === 'week') {
    parts.push(time.dateRange(energy.start, time.lastDay(energy.end), tongue));
  }
  const nothing = emptyWord(energy, words);
  if (nothing !== null && !isRunning(energy)) return [...parts, nothing].join(' · ');
  if (isRunning(energy) && kindOf(energy.period ?? '') !== 'all') {
    const clock = time.atClock(now, tongue);
    const isDay = kindOf(energy.period ?? '') === 'day';
    parts.push(words.history.soFar(isDay ? clock : `${time.dateShort(now, tongue)} ${clock}`));
  }
  if (isFirstDay(energy, begin, now)) {
    return words.history.beginToday(time.atClock(begin ?? '', tongue));
  }
  const sameYear = begin?.slice(0, 4) === now.slice(0, 4);
  const began = begin !== null && Date.parse(begin) > Date.parse(energy.start);
  if (began && Date.parse(begin) < Date.parse(energy.end)) {
    parts.push(
      words.history.since(sameYear ? time.date(begin, tongue) : time.dateYear(begin, tongue)),
    );
  } else if (isRunning(energy)) {
    if (missingMinutes(sighting) >= PENDING_MIN) {
      parts.push(words.history.bookedShort(coverage(energy.totals.coverage_pct, style)));
    }
  } else if (energy.totals.coverage_pct < WHOLE_PCT) {
    const missing = span(Math.max(1, missingMinutes(sighting)));
    parts.push(words.history.booked(coverage(energy.totals.coverage_pct, style), missing));
  } else if (parts.length === 0) parts.push(words.history.complete);
  return parts.join(' · ');
}

const hasBothMeters = ({ totals }: Energy): boolean =>
  totals.grid_coverage_pct !== null && totals.solar_coverage_pct !== null;

/** What is said where no minute has every meter of the home; null where one has. */
export function emptyWord(energy: Energy, { history }: Words): string | null {
  // Not by the coverage: some minutes are none of a year's per cent.
  const { consumed_wh, imported_wh, produced_wh } = energy.totals;
  if (imported_wh === null && produced_wh === null) {
    return isRunning(energy) ? history.emptyYet : history.empty;
  }
  return hasBothMeters(energy) && consumed_wh === null ? history.emptyOne : null;
}

function missingMinutes({ energy, now_ms }: Sighting): number {
  const elapsed_ms = Math.min(Date.parse(energy.end), now_ms) - Date.parse(energy.start);
  return Math.round(((elapsed_ms / 60_000) * (100 - energy.totals.coverage_pct)) / 100);
}

/** The gaps of any meter as far as they lie in the period, in order, those of both meters at once told once. */
export function gapsIn(energy: Energy, meters: readonly MeterBooks[] | undefined): MissingSpan[] {
  const { start: from, end: to } = energy;
  const gaps = (meters ?? [])
    .flatMap(({ missing }) => missing ?? [])
    .filter(({ start, end }) => isBefore(from, end) && isBefore(start, to))
    .map((gap) => ({
      ...gap,
      start: isBefore(gap.start, from) ? from : gap.start,
      end: isBefore(to, gap.end) ? to : gap.end,
    }))
    .sort(
      (a, b) => Date.parse(a.start) - Date.parse(b.start) || Date.parse(b.end) - Date.parse(a.end),
    );
  return gaps.filter((gap, i) => !gaps.slice(0, i).some(({ end }) => !isBefore(end, gap.end)));
}

const isBefore = (one: string, other: string): boolean => Date.parse(one) < Date.parse(other);

/** Minutes in which any of them is open; in order, none inside another. */
export function minutesOf(gaps: readonly MissingSpan[]): number {
  let told_ms = -Infinity;
  let sum_ms = 0;
  for (const { start, end } of gaps) {
    sum_ms += Date.parse(end) - Math.max(told_ms, Date.parse(start));
    told_ms = Date.parse(end);
  }
  return Math.round(sum_ms / 60_000);
}

/** One line on the gaps of a period; null where there are none. */
export function gapWords(
  energy: Energy,
  gaps: readonly MissingSpan[],
  words: Words,
  tongue: Tongue,
): string | null {
  const [first] = gaps;
  if (!first) return null;
  const more = gaps.length > 1 ? ` (${words.meters.more(gaps.length - 1)})` : '';
  if (kindOf(energy.period ?? '') === 'day') {
    const isToTheEnd = Date.parse(first.end) === Date.parse(energy.end);
    const end = isToTheEnd ? time.midnight(tongue) : time.clock(first.end, tongue);
    const when = `${time.clock(first.start, tongue)}–${end}`;
    const reason = words.meters.reasons[first.reason] ?? first.reason;
    return words.history.notBooked(when, reason) + more;
  }
  if (gaps.length > 1) return words.history.missing(span(minutesOf(gaps)));
  return words.history.notBookedPlain(time.date(first.start, tongue), span(minutesOf(gaps)));
}
