/** The same stretch of the period before it, as a quiet number. */
import type { BalanceRow } from './balance';
import { energyIn, type NumberStyle } from './format';
import { coverageOf_pct } from './energies';
import { ENERGIES, ENERGY, type Column, type Energy as EnergyKind } from './kinds';
import type { Words } from './i18n';
import { bucketPeriod, isRunning, kindOf, lengthsOf_ms, shortName } from './period';
import * as time from './time';
import type { Locale } from './time';
import type { Energy } from './wire';

const WHOLE_PCT = 99.995;
/** With less on the books a comparison would tell of what is missing. */
export const ENOUGH_PCT = 95;

type Whs = Record<Column, number | null>;

export interface Comparison extends Whs {
  /** "Wed by now", "Tue", "1–23 Mar", "Week 46", "2025". */
  name: string;
  /** Something of it is not on the books: the numbers are at least. */
  atLeast: boolean;
}

/** Where the answers of parts of the earlier period are; without, its buckets are taken whole. */
export interface Within {
  /** The home's clock now, without offset. */
  now: string;
  answerOf: (period: string) => Energy | null;
}

export function comparison(
  energy: Energy,
  before: Energy,
  words: Words,
  locale: Locale,
  within?: Within,
): Comparison | null {
  const name = shortName(before, words, locale);
  if (!isRunning(energy)) {
    const { totals } = before;
    if (totals.coverage_pct < ENOUGH_PCT) return null;
    const { own } = firstOf(before, before.buckets.start.length);
    const whs = whsOf((column) => totals[column]);
    return { name, ...enoughOf(whs, own), atLeast: totals.coverage_pct < WHOLE_PCT };
  }
  const last = energy.buckets.start[energy.buckets.start.length - 1];
  const count = last === undefined ? 0 : countUpTo(before, last);
  if (count === 0) return null;
  const stretch = stretchOf(before, count, within);
  if (!stretch) return null;
  const covered_pct = stretch.covered / stretch.length_ms;
  if (covered_pct < ENOUGH_PCT) return null;
  return {
    name: stretchName(energy, before, count, name, words, locale),
    ...enoughOf(stretch.whs, stretch.own),
    atLeast: covered_pct < WHOLE_PCT,
  };
}

/** What the first buckets of a period sum up to. */
interface Stretch {
  whs: Whs;
  length_ms: number;
  /** Each bucket's per cent by its length. */
  covered: number;
  /** The same of each energy alone: what is absent at first covers less than the balance does. */
  own: Own;
}

type Own = Record<Column, { covered: number; length_ms: number }>;

/** What a store gave in the months since it was bought is no year of it. */
const enoughOf = (whs: Whs, own: Own): Whs =>
  whsOf((column) =>
    own[column].covered < ENOUGH_PCT * own[column].length_ms ? null : whs[column],
  );

const byColumn = <T>(of: (column: Column, energy: EnergyKind) => T): Record<Column, T> =>
  Object.fromEntries(
    ENERGIES.map((energy) => [ENERGY[energy].column, of(ENERGY[energy].column, energy)]),
  ) as Record<Column, T>;
const whsOf = byColumn<number | null>;

const sumOf = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);

function sumOfKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter((wh) => wh !== null);
  return known.length ? sumOf(known) : null;
}

function firstOf(energy: Energy, count: number): Stretch {
  const { buckets } = energy;
  const lengths_ms = lengthsOf_ms(energy).slice(0, count);
  return {
    whs: whsOf((column) => sumOfKnown(buckets[column].slice(0, count))),
    length_ms: sumOf(lengths_ms),
    covered: sumOf(lengths_ms.map((ms, i) => ms * (buckets.coverage_pct[i] ?? 0))),
    own: byColumn((_, energy) => ({
      length_ms: sumOf(lengths_ms),
      covered: sumOf(lengths_ms.map((ms, i) => ms * coverageOf_pct(buckets, i, ENERGY[energy].of))),
    })),
  };
}

const together = (one: Stretch, other: Stretch): Stretch => ({
  whs: whsOf((column) => sumOfKnown([one.whs[column], other.whs[column]])),
  length_ms: one.length_ms + other.length_ms,
  covered: one.covered + other.covered,
  own: byColumn((column) => ({
    length_ms: one.own[column].length_ms + other.own[column].length_ms,
    covered: one.own[column].covered + other.own[column].covered,
  })),
});

/**
 * As much of the period as passed of the running one: the first day of a month is no whole day yet. Null while the
 * answer for the last part is not here.
 */
function stretchOf(before: Energy, count: number, within: Within | undefined): Stretch | null {
  const last = before.buckets.start[count - 1];
  const isCut =
    last !== undefined && within && placeIn(before, last) === placeIn(before, within.now);
  const part = isCut ? bucketPeriod(before, last) : null;
  if (part === null || !within) return firstOf(before, count);
  const answer = within.answerOf(part);
  const inner = answer && stretchOf(answer, countUpTo(answer, within.now), within);
  return inner && together(firstOf(before, count - 1), inner);
}

/** By the clock or the calendar's own numbers, so that DST days compare like with like. */
function placeIn({ period }: Energy, at: string): string {
  switch (kindOf(period)) {
    case 'day':
      return at.slice(11, 16);
    case 'week':
      return String((time.dayOfWeek(at) + 6) % 7);
    case 'month':
      return at.slice(8, 10);
    default:
      return at.slice(5, 7);
  }
}

/** How many buckets of a period are as far into it as an instant is into its own. */
const countUpTo = (before: Energy, at: string): number =>
  before.buckets.start.filter((start) => placeIn(before, start) <= placeIn(before, at)).length;

function stretchName(
  energy: Energy,
  before: Energy,
  count: number,
  name: string,
  words: Words,
  locale: Locale,
): string {
  const last = before.buckets.start[count - 1] ?? before.start;
  switch (kindOf(energy.period)) {
    case 'day':
      return words.history.byNow(name);
    case 'week':
    case 'month':
      return time.dateRange(before.start, last, locale);
    default: {
      return time.monthRange(before.start, last, locale);
    }
  }
}

export interface ComparedRow {
  name: string;
  value: string;
  atLeast: boolean;
}

/** The comparison of each row, in the unit of its own number; null where it is not known. */
export function compareRows(
  compared: Comparison,
  rows: readonly BalanceRow[],
  style: NumberStyle,
): (ComparedRow | null)[] {
  return rows.map(({ kind, quantity }) => {
    const wh = compared[ENERGY[kind].column];
    if (wh === null) return null;
    const { value } = energyIn(wh, quantity.unit, style);
    return { name: compared.name, value, atLeast: compared.atLeast };
  });
}
