/** The same stretch of the period before it, as a quiet number. */
import type { BalanceRow } from './balance';
import { energyIn, type NumberStyle } from './format';
import { ENERGY, type Column } from './kinds';
import type { Words } from './i18n';
import { isRunning, kindOf, lengthsOf_ms, shortName } from './period';
import * as time from './time';
import type { Locale } from './time';
import type { Energy } from './wire';

const WHOLE_PCT = 99.995;
/** With less on the books a comparison would tell of what is missing. */
const ENOUGH_PCT = 95;

type Whs = Record<Column, number | null>;

export interface Comparison extends Whs {
  /** "Wed by now", "Tue", "1–23 Mar", "Week 46", "2025". */
  name: string;
  /** Something of it is not on the books: the numbers are at least. */
  atLeast: boolean;
}

export function comparison(
  energy: Energy,
  before: Energy,
  words: Words,
  locale: Locale,
): Comparison | null {
  const name = shortName(before, words, locale);
  if (!isRunning(energy)) {
    const { totals } = before;
    if (totals.coverage_pct < ENOUGH_PCT) return null;
    return { name, ...whsOf((column) => totals[column]), atLeast: totals.coverage_pct < WHOLE_PCT };
  }
  const count = sameStretch(energy, before);
  if (count === 0) return null;
  const { buckets } = before;
  const sum = (column: readonly (number | null)[]): number | null => {
    const known = column.slice(0, count).filter((wh) => wh !== null);
    return known.length ? sumOf(known) : null;
  };
  const covered_pct = coverageOf(before, count);
  if (covered_pct < ENOUGH_PCT) return null;
  return {
    name: stretchName(energy, before, count, name, words, locale),
    ...whsOf((column) => sum(buckets[column])),
    atLeast: covered_pct < WHOLE_PCT,
  };
}

const whsOf = (of: (column: Column) => number | null): Whs =>
  Object.fromEntries(
    Object.values(ENERGY).map(({ column }) => [column, of(column)]),
  ) as unknown as Whs;

/** Of the first buckets together, each by its length. */
function coverageOf(energy: Energy, count: number): number {
  const lengths_ms = lengthsOf_ms(energy).slice(0, count);
  const weighed = lengths_ms.map((ms, i) => ms * (energy.buckets.coverage_pct[i] ?? 0));
  return sumOf(weighed) / sumOf(lengths_ms);
}

const sumOf = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);

/** How many buckets of the earlier period are as far into it as this one is into its own. */
function sameStretch(energy: Energy, before: Energy): number {
  const last = energy.buckets.start[energy.buckets.start.length - 1];
  if (last === undefined) return 0;
  const kind = kindOf(energy.period);
  if (kind === 'week') return Math.min(energy.buckets.start.length, before.buckets.start.length);
  // By the clock or the calendar's own numbers, so that DST days compare like with like.
  const place = (start: string): string =>
    kind === 'day'
      ? start.slice(11, 16)
      : kind === 'month'
        ? start.slice(8, 10)
        : start.slice(5, 7);
  return before.buckets.start.filter((start) => place(start) <= place(last)).length;
}

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
