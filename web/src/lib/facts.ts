/** Records and averages of a period, where they help to read a number: the best day, the base load at night. */
import type { Roles } from './balance';
import { comparison, type Comparison } from './compare';
import {
  energy as energyText,
  power as powerText,
  type NumberStyle,
  type Quantity,
} from './format';
import type { Words } from './i18n';
import { bucketPeriod, isRunning, kindOf, lengthsOf_ms } from './period';
import { bucketName } from './readout';
import * as time from './time';
import type { Locale } from './time';
import type { Buckets, Energy } from './wire';

export interface Fact {
  name: string;
  /** When it was; empty where it is of the whole period. */
  when: string;
  value: string;
  /** What opens; null where there is nothing to go into. */
  period: string | null;
}

export interface Tellers {
  words: Words;
  locale: Locale;
  style: NumberStyle;
}

type Column = 'consumed_wh' | 'produced_wh' | 'imported_wh' | 'exported_wh';

const HOUR_MS = 3_600_000;
const WHOLE_PCT = 99.5;
/** When a home sleeps, by the clock on its wall. */
const NIGHT = { from: '01:00', to: '05:00' };
/** Of fewer quarters nothing is said of a night. */
const NIGHT_QUARTERS = 8;

const written = ({ value, unit }: Quantity): string => (unit ? `${value}\u00a0${unit}` : value);

/** Of the same period a year before: its text, where the calendar surely has it. */
export function yearBefore(period: string | null): string | null {
  const [, year, rest] = /^(\d{4})(-\d\d|-W\d\d|-\d\d-\d\d)?$/.exec(period ?? '') ?? [];
  if (year === undefined || rest === '-02-29' || rest === '-W53' || rest === undefined) return null;
  return `${String(Number(year) - 1)}${rest}`;
}

export function factsOf(
  energy: Energy,
  yearAgo: Energy | null,
  roles: Roles,
  tellers: Tellers,
): Fact[] {
  const own = kindOf(energy.period) === 'day' ? ofDay : ofBars;
  return [...own(energy, roles, tellers), ...ofYearAgo(energy, yearAgo, roles, tellers)];
}

/** The columns that a home with these meters is about, with what the most of each is called. */
function columnsOf({ grid, solar, homeOnly }: Roles, { history }: Words): [Column, string][] {
  const used: [Column, string] = ['consumed_wh', history.mostUsed];
  const produced: [Column, string] = ['produced_wh', history.mostProduced];
  if (!grid) return [produced];
  if (homeOnly) return [used];
  if (solar) return [used, produced];
  return [
    ['imported_wh', history.mostBought],
    ['exported_wh', history.mostSold],
  ];
}

function ofBars(energy: Energy, roles: Roles, tellers: Tellers): Fact[] {
  const columns = columnsOf(roles, tellers.words);
  const records = columns.map(([column, name]) => recordOf(energy, column, name, tellers));
  return [...records, ...averagesOf(energy, columns, tellers)].filter((fact) => fact !== null);
}

function recordOf(energy: Energy, column: Column, name: string, tellers: Tellers): Fact | null {
  const at = highest(energy.buckets[column]);
  const start = energy.buckets.start[at];
  const wh = energy.buckets[column][at];
  if (start === undefined || !wh || wh <= 0) return null;
  const when = bucketName(start, energy, tellers.locale);
  const value = written(energyText(wh, tellers.style));
  return { name, when, value, period: bucketPeriod(energy, start) };
}

/** The last of several that are alike; -1 where nothing is known. */
const highest = (values: readonly (number | null)[]): number =>
  values.reduce<number>((best, value, i) => {
    if (value === null) return best;
    return value >= (values[best] ?? -Infinity) ? i : best;
  }, -1);

/** Over the buckets that are over and wholly booked: two of them at least. */
function averagesOf(
  energy: Energy,
  columns: readonly [Column, string][],
  { words, style }: Tellers,
): Fact[] {
  const { resolution, buckets } = energy;
  if (resolution !== 'day' && resolution !== 'month' && resolution !== 'year') return [];
  const names: Partial<Record<Column, string>> = {
    consumed_wh: words.history.averageUsed[resolution],
    produced_wh: words.history.averageProduced[resolution],
    imported_wh: words.history.averageBought[resolution],
  };
  const over = buckets.start.length - (isRunning(energy) ? 1 : 0);
  return columns.flatMap(([column]) => {
    const name = names[column];
    const whole = buckets[column]
      .slice(0, over)
      .filter((_, i) => (buckets.coverage_pct[i] ?? 0) >= WHOLE_PCT)
      .filter((wh) => wh !== null);
    if (name === undefined || whole.length < 2) return [];
    const mean_wh = whole.reduce((sum, wh) => sum + wh, 0) / whole.length;
    return [{ name, when: '', value: written(energyText(mean_wh, style)), period: null }];
  });
}

function ofDay(energy: Energy, roles: Roles, tellers: Tellers): Fact[] {
  const { peak } = tellers.words.history;
  const home = roles.grid && roles.solar;
  return [
    home ? peakOf(energy, 'consumed_wh', peak.home, tellers) : null,
    roles.solar && !roles.homeOnly ? peakOf(energy, 'produced_wh', peak.solar, tellers) : null,
    roles.grid && !roles.solar ? peakOf(energy, 'imported_wh', peak.grid, tellers) : null,
    roles.grid ? baseLoadOf(energy, home ? 'consumed_wh' : 'imported_wh', tellers) : null,
  ].filter((fact) => fact !== null);
}

/** Mean watts of each bucket over the time that is booked of it. */
function watts(day: Energy, column: keyof Buckets & Column): (number | null)[] {
  const { buckets } = day;
  return lengthsOf_ms(day).map((length_ms, i) => {
    // The last of a running day ends with its quarter, not with the day.
    const bucket_ms = Math.min(length_ms, HOUR_MS / 4);
    const covered_h = (bucket_ms * (buckets.coverage_pct[i] ?? 0)) / 100 / HOUR_MS;
    const wh = buckets[column][i] ?? null;
    return wh === null || covered_h <= 0 ? null : wh / covered_h;
  });
}

function peakOf(energy: Energy, column: Column, name: string, tellers: Tellers): Fact | null {
  const all_w = watts(energy, column);
  const at = highest(all_w);
  const start = energy.buckets.start[at];
  const w = all_w[at];
  if (start === undefined || !w || w < 1) return null;
  const when = time.atClock(start, tellers.locale);
  return { name, when, value: written(powerText(w, tellers.style)), period: null };
}

const isAtNight = (start: string): boolean =>
  start.slice(11, 16) >= NIGHT.from && start.slice(11, 16) < NIGHT.to;

/** The power that half of the night's quarters stay below. */
function baseLoadOf(energy: Energy, column: Column, { words, style }: Tellers): Fact | null {
  const all_w = watts(energy, column);
  const night = energy.buckets.start
    .flatMap((start, i) => (isAtNight(start) ? [all_w[i] ?? null] : []))
    .filter((w) => w !== null)
    .sort((one, other) => one - other);
  if (night.length < NIGHT_QUARTERS) return null;
  const value = written(powerText(night[Math.floor(night.length / 2)] ?? null, style));
  return { name: words.history.baseLoad, when: '', value, period: null };
}

function ofYearAgo(
  energy: Energy,
  yearAgo: Energy | null,
  roles: Roles,
  { words, locale, style }: Tellers,
): Fact[] {
  const before = yearAgo && comparison(energy, yearAgo, words, locale);
  if (!yearAgo || !before) return [];
  const names: Record<Column, [string, keyof Comparison]> = {
    consumed_wh: [words.balance.used, 'consumed_wh'],
    produced_wh: [words.balance.produced, 'produced_wh'],
    imported_wh: [words.balance.boughtTitle, 'imported_wh'],
    exported_wh: [words.balance.soldTitle, 'exported_wh'],
  };
  return columnsOf(roles, words).flatMap(([column]) => {
    const [name, key] = names[column];
    const wh = before[key];
    if (typeof wh !== 'number') return [];
    const value = `${before.atLeast ? '≥\u00a0' : ''}${written(energyText(wh, style))}`;
    return [{ name: words.history.yearBefore(name), when: '', value, period: yearAgo.period }];
  });
}
