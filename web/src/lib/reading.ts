/** What History says of an answer in words: what it is worth, and how complete it is. */
import { energiesOfTotals } from './energies';
import { beginOfMeter, isBeingFetched, progressWord, type Fetching } from './fetching';
import { coverage, span, type NumberStyle } from './format';
import type { Words } from './i18n';
import { BESIDES, FLOW, FLOWS, KIND } from './kinds';
import { isRunning, kindOf, type Kind } from './period';
import { foundersOf } from './sources';
import * as time from './time';
import type { Locale } from './time';
import type { Energy, MeterBooks, Meters, MissingSpan } from './wire';

const WHOLE_PCT = 99.995;
/** Fewer minutes than these may just be on their way. */
const PENDING_MIN = 3;

/** Where all the books begin, or will once everything is fetched, ms; null while that is not known. */
export function beginOf(meters: readonly MeterBooks[] | undefined): number | null {
  const begin = beginText(meters);
  return begin === null ? null : Date.parse(begin);
}

/** The earliest first. */
const inOrder = (times: string[]): string[] =>
  times.sort((one, other) => Date.parse(one) - Date.parse(other));

export function beginText(meters: readonly MeterBooks[] | undefined): string | null {
  const starts = foundersOf(meters ?? [])
    .map(beginOfMeter)
    .filter((at) => at !== null);
  return inOrder(starts).at(-1) ?? null;
}

/** Whether this is the running day, and the books begin in it. */
export const isFirstDay = (energy: Energy, begin: string | null, now: string): boolean =>
  begin !== null &&
  isRunning(energy) &&
  kindOf(energy.period) === 'day' &&
  begin.slice(0, 10) === now.slice(0, 10) &&
  Date.parse(begin) > Date.parse(energy.start);

/** Up to when every meter's minutes are booked; null while one has none. */
export function bookedTo(meters: Meters | null): string | null {
  const ends = (meters?.meters ?? []).map(({ booked_to }) => booked_to);
  const known = ends.filter((at) => at !== null);
  return known.length < ends.length ? null : (inOrder(known)[0] ?? null);
}

export interface Sighting {
  energy: Energy;
  words: Words;
  style: NumberStyle;
  locale: Locale;
  /** The home's clock now, without offset. */
  now: string;
  now_ms: number;
  /** RFC 3339 start of the books, where known. */
  begin: string | null;
  /** What of the period is missing, and how far the fetching is that goes on. */
  gaps: readonly MissingSpan[];
  fetching: Fetching | null;
}

/** What the period is worth: "so far, until 13:45", "97% booked, 45 min missing", "being fetched, 26%". */
export function worth(sighting: Sighting): string {
  const { energy, words, style, locale, now, begin } = sighting;
  const parts: string[] = [];
  if (sighting.fetching && sighting.gaps.some(isBeingFetched)) {
    return words.fetching.period(progressWord(sighting.fetching, words, style));
  }
  if (kindOf(energy.period) === 'week') {
    parts.push(time.dateRange(energy.start, time.lastDay(energy.end), locale));
  }
  const nothing = emptyWord(energy, words);
  if (nothing !== null && !isRunning(energy)) return [...parts, nothing].join(' · ');
  if (isFirstDay(energy, begin, now)) {
    return words.history.beginToday(time.atClock(begin ?? '', locale));
  }
  const sameYear = begin?.slice(0, 4) === now.slice(0, 4);
  const began = begin !== null && Date.parse(begin) > Date.parse(energy.start);
  const beganInside = began && Date.parse(begin) < Date.parse(energy.end);
  if (isRunning(energy) && kindOf(energy.period) !== 'all') {
    // Two dates have no room in one line.
    parts.push(beganInside ? words.history.soFarPlain : soFar(kindOf(energy.period), sighting));
  }
  if (beganInside) {
    parts.push(
      words.history.since(sameYear ? time.date(begin, locale) : time.dateYear(begin, locale)),
    );
  } else if (isRunning(energy)) {
    // Which minutes are missing the line below the chart says, where it is known.
    if (!sighting.gaps.length && missingMinutes(sighting) >= PENDING_MIN) {
      parts.push(words.history.bookedShort(coverage(energy.totals.coverage_pct, style)));
    }
  } else if (energy.totals.coverage_pct < WHOLE_PCT) {
    const booked = coverage(energy.totals.coverage_pct, style);
    const missing = span(Math.max(1, missingMinutes(sighting)));
    // Beside the dates of a week there is no room for both; the line below the chart says what is missing.
    parts.push(
      parts.length ? words.history.bookedShort(booked) : words.history.booked(booked, missing),
    );
  } else if (parts.length === 0) parts.push(words.history.complete);
  return parts.join(' · ');
}

/** "so far, until 13:45"; of a week, whose dates stand there already, just "so far". */
function soFar(kind: Kind, { words, locale, now }: Sighting): string {
  if (kind === 'week') return words.history.soFarPlain;
  if (kind === 'day') return words.history.soFar(time.atClock(now, locale));
  return words.history.soFar(`${time.dateShort(now, locale)} ${time.clock(now, locale)}`);
}

/** Where none of these is known, nothing is booked. */
const GIVEN = FLOWS.map((flow) => FLOW[flow].gives);

/** How many roles of the balance the home has meters for; older answers tell of two. */
const measuredIn = ({ totals }: Energy): number =>
  BESIDES.filter((kind) => typeof totals[KIND[kind].coverage] === 'number').length;

/** What is said where no minute has every meter of the home; null where one has. */
export function emptyWord(energy: Energy, { history }: Words): string | null {
  // Not by the coverage: some minutes are none of a year's per cent.
  const whs = energiesOfTotals(energy.totals);
  if (GIVEN.every((energy) => whs[energy] === null)) {
    return isRunning(energy) ? history.emptyYet : history.empty;
  }
  const measured = measuredIn(energy);
  if (measured < 2 || whs.used !== null) return null;
  return measured === 2 ? history.emptyOne : history.emptySome;
}

function missingMinutes({ energy, now_ms }: Sighting): number {
  const elapsed_ms = Math.min(Date.parse(energy.end), now_ms) - Date.parse(energy.start);
  return Math.round(((elapsed_ms / 60_000) * (100 - energy.totals.coverage_pct)) / 100);
}
