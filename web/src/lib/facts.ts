/** Records and averages of a period, where they help to read a number: the best day, the base load at night. */
import { coverageOf_pct } from './energies';
import { ENERGY, KIND, type Kind, type Told } from './kinds';
import { shapeOf, type Roles } from './shape';
import { comparison, type Within } from './compare';
import { energiesOf } from './balance';
import { energyIn, power as powerText, unitOf, type NumberStyle, type Quantity } from './format';
import type { Words } from './i18n';
import { bucketPeriod, isRunning, kindOf, lengthsOf_ms } from './period';
import { bucketName } from './readout';
import * as time from './time';
import type { Locale } from './time';
import type { Energy } from './wire';

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

const HOUR_MS = 3_600_000;
const WHOLE_PCT = 99.5;
/** When a home sleeps, by the clock on its wall. */
const NIGHT = { from: '01:00', to: '05:00' };
/** Of fewer quarters nothing is said of a night. */
const NIGHT_QUARTERS = 8;

interface Writers extends Tellers {
  /** An energy with its unit. */
  amount: (wh: number) => string;
}

const written = ({ value, unit }: Quantity): string => (unit ? `${value}\u00a0${unit}` : value);

/** Of the same period a year before: its text, where the calendar surely has it. */
export function yearBefore(period: string | null): string | null {
  const [, year, rest] = /^(\d{4})(-\d\d|-W\d\d|-\d\d-\d\d)?$/.exec(period ?? '') ?? [];
  if (year === undefined || rest === '-02-29' || rest === '-W53' || rest === undefined) return null;
  return `${String(Number(year) - 1)}${rest}`;
}

/** Energies are in the unit of the period's own numbers, which they are read beside. */
export function factsOf(
  energy: Energy,
  yearAgo: Energy | null,
  roles: Roles,
  { words, locale, style }: Tellers,
  within?: Within,
): Fact[] {
  const unit = unitOf(energiesOf(energy.totals), style);
  const tellers = {
    words,
    locale,
    style,
    amount: (wh: number) => written(energyIn(wh, unit, style)),
  };
  const own = kindOf(energy.period) === 'day' ? ofDay : ofBars;
  return [...own(energy, roles, tellers), ...ofYearAgo(energy, yearAgo, roles, tellers, within)];
}

/** What a home with these meters is about. */
const toldOf = (roles: Roles): Told[] => shapeOf(roles).rows.map(({ kind }) => kind);

function ofBars(energy: Energy, roles: Roles, tellers: Writers): Fact[] {
  const told = toldOf(roles);
  return [
    ...told.map((kind) => recordOf(energy, kind, tellers)),
    ...told.map((kind) => averageOf(energy, kind, tellers)),
  ].filter((fact) => fact !== null);
}

function recordOf(energy: Energy, kind: Told, tellers: Writers): Fact | null {
  const { column } = ENERGY[kind];
  const at = highest(energy.buckets[column]);
  const start = energy.buckets.start[at];
  const wh = energy.buckets[column][at];
  if (start === undefined || !wh || wh <= 0) return null;
  const when = bucketName(start, energy, tellers.locale);
  const value = tellers.amount(wh);
  const name = tellers.words.energies[kind].most;
  return { name, when, value, period: bucketPeriod(energy, start) };
}

/** The last of several that are alike; -1 where nothing is known. */
const highest = (values: readonly (number | null)[]): number =>
  values.reduce<number>((best, value, i) => {
    if (value === null) return best;
    return value >= (values[best] ?? -Infinity) ? i : best;
  }, -1);

/** Over the buckets that are over and wholly booked: two of them at least. */
function averageOf(energy: Energy, kind: Told, { words, amount }: Writers): Fact | null {
  const { resolution, buckets } = energy;
  const names = words.energies[kind].average;
  if (!names || (resolution !== 'day' && resolution !== 'month' && resolution !== 'year')) {
    return null;
  }
  const over = buckets.start.length - (isRunning(energy) ? 1 : 0);
  const whole = buckets[ENERGY[kind].column]
    .slice(0, over)
    .filter((_, i) => coverageOf_pct(buckets, i, ENERGY[kind].of) >= WHOLE_PCT)
    .filter((wh) => wh !== null);
  if (whole.length < 2) return null;
  const mean_wh = whole.reduce((sum, wh) => sum + wh, 0) / whole.length;
  return { name: names[resolution], when: '', value: amount(mean_wh), period: null };
}

function ofDay(energy: Energy, roles: Roles, tellers: Tellers): Fact[] {
  const { lead, lines } = shapeOf(roles);
  return [
    ...lines.map((kind) => peakOf(energy, kind, tellers)),
    hasBaseLoad(lead) ? baseLoadOf(energy, lead, tellers) : null,
  ].filter((fact) => fact !== null);
}

/** Mean watts of each bucket over the time that is booked of it. */
function watts(day: Energy, kind: Kind): (number | null)[] {
  const { buckets } = day;
  const { column } = ENERGY[KIND[kind].gives];
  return lengthsOf_ms(day).map((length_ms, i) => {
    // The last of a running day ends with its quarter, not with the day.
    const bucket_ms = Math.min(length_ms, HOUR_MS / 4);
    const covered_h = (bucket_ms * coverageOf_pct(buckets, i, kind)) / 100 / HOUR_MS;
    const wh = buckets[column][i] ?? null;
    return wh === null || covered_h <= 0 ? null : wh / covered_h;
  });
}

function peakOf(energy: Energy, kind: Kind, tellers: Tellers): Fact | null {
  const all_w = watts(energy, kind);
  const at = highest(all_w);
  const start = energy.buckets.start[at];
  const w = all_w[at];
  if (start === undefined || !w || w < 1) return null;
  const when = time.atClock(start, tellers.locale);
  const name = tellers.words.peaks[kind];
  return { name, when, value: written(powerText(w, tellers.style)), period: null };
}

const isAtNight = (start: string): boolean =>
  start.slice(11, 16) >= NIGHT.from && start.slice(11, 16) < NIGHT.to;

/** What gives to the home, or stores, has none. */
const hasBaseLoad = (kind: Kind): boolean => !['plant', 'store'].includes(KIND[kind].place);

/** The power that half of the night's quarters stay below. */
function baseLoadOf(energy: Energy, kind: Kind, { words, style }: Tellers): Fact | null {
  const all_w = watts(energy, kind);
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
  { words, locale, amount }: Writers,
  within: Within | undefined,
): Fact[] {
  const before = yearAgo && comparison(energy, yearAgo, words, locale, within);
  if (!yearAgo || !before) return [];
  return toldOf(roles).flatMap((kind) => {
    const wh = before[ENERGY[kind].column];
    if (wh === null) return [];
    const name = words.history.yearBefore(words.energies[kind].title);
    const value = `${before.atLeast ? '≥\u00a0' : ''}${amount(wh)}`;
    return [{ name, when: '', value, period: yearAgo.period }];
  });
}
