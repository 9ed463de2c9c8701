/** An answer of days, months or years as bars around zero: used above, sold below. */
import { max } from 'd3-array';
import { energiesOf } from '../balance';
import { unitOf, type NumberStyle } from '../format';
import { weekdayHeads } from '../calendar';
import { eachEnergy, energiesOfBucket, type Whs } from '../energies';
import { KIND, type Energy as EnergyKind, type Part } from '../kinds';
import { isRunning, kindOf } from '../period';
import { shapeOf, type Roles, type Shape } from '../shape';
import * as time from '../time';
import type { Locale } from '../time';
import type { Energy } from '../wire';
import { touchesAny, type BarPicture, type BarSlot, type Hole, type Tick } from './picture';
import { scaleOf } from './scale';

const DAY_MS = 86_400_000;
const WHOLE_PCT = 99.995;
const PENDING_MIN = 3;

const FACTOR = { Wh: 1, kWh: 1e3, MWh: 1e6 } as const;

export interface BarSource {
  energy: Energy;
  /** Where the books begin, ms; an empty bucket before it is no gap. */
  begin_ms: number | null;
  /** What is being fetched. */
  fetched: readonly Hole[];
  roles: Roles;
  locale: Locale;
  /** The unit is that of the totals above. */
  style: NumberStyle;
  now_ms: number;
}

export function barPicture(source: BarSource): BarPicture {
  const { energy, begin_ms, fetched, roles, locale, style, now_ms } = source;
  const shape = shapeOf(roles);
  const whs = energy.buckets.start.map((_, i) => energiesOfBucket(energy.buckets, i));
  const highest_wh = (parts: readonly Part[]): number => max(whs, (one) => sumOf(one, parts)) ?? 0;
  const up_wh = highest_wh(shape.up);
  const down_wh = highest_wh(shape.down);
  const unit = unitOf(energiesOf(energy.totals), style);
  const starts = energy.buckets.start;
  const known = starts.map((start, i): BarSlot => {
    const own = whs[i] ?? UNKNOWN;
    const state = stateOf(energy, i, own, shape, begin_ms);
    const isFetched = touchesAny(
      fetched,
      Date.parse(start),
      Date.parse(starts[i + 1] ?? energy.end),
    );
    return { ...valuesOf(own, shape, FACTOR[unit]), start, state, isFetched, running: false };
  });
  const last = known[known.length - 1];
  if (last && isRunning(energy) && now_ms < Date.parse(energy.end)) {
    last.running = true;
    // The newest minutes may just be on their way: that is no gap yet.
    const pct = energy.buckets.coverage_pct[known.length - 1] ?? 0;
    const elapsed_min = (now_ms - Date.parse(last.start ?? '')) / 60_000;
    if (last.state === 'partly' && (elapsed_min * (100 - pct)) / 100 < PENDING_MIN) {
      last.state = 'whole';
    }
  }
  const missing = Math.max(0, slotCount(energy) - known.length);
  const slots = [...known, ...Array.from({ length: missing }, () => FUTURE)];
  const scale = scaleOf(up_wh / FACTOR[unit], down_wh / FACTOR[unit]);
  const names = namesOf(energy, slots.length, locale);
  return { kind: 'bars', slots, names, unit, ...scale, shape };
}

const UNKNOWN: Whs = eachEnergy(() => null);

const FUTURE: BarSlot = {
  ...UNKNOWN,
  start: null,
  state: 'future',
  isFetched: false,
  running: false,
};

const sumOf = (whs: Whs, parts: readonly Part[]): number =>
  parts.reduce((sum, part) => sum + Math.max(0, whs[part] ?? 0), 0);

/** Of what the home shows, in the picture's unit. */
function valuesOf(whs: Whs, shape: Shape, factor: number): Whs {
  const shown = new Set<EnergyKind>([...shape.up, ...shape.down, ...shape.table]);
  return eachEnergy((energy) => {
    const found = shown.has(energy) ? whs[energy] : null;
    return found === null ? null : found / factor;
  });
}

function stateOf(
  energy: Energy,
  i: number,
  whs: Whs,
  shape: Shape,
  begin_ms: number | null,
): BarSlot['state'] {
  const { buckets, resolution } = energy;
  const start = buckets.start[i] ?? '';
  const isKnown = shape.of.some((kind) => whs[KIND[kind].gives] !== null);
  if (isKnown) {
    const isWhole = (buckets.coverage_pct[i] ?? 0) >= WHOLE_PCT;
    return isWhole || beginsInside(start, resolution, begin_ms) ? 'whole' : 'partly';
  }
  const end_ms = Date.parse(start) + SHORTEST[resolution];
  return begin_ms !== null && end_ms <= begin_ms ? 'before' : 'unknown';
}

/** Never longer than the bucket, so that none is taken for ended before the books begin. */
const SHORTEST: Record<Energy['resolution'], number> = {
  minute: 60_000,
  quarter: 900_000,
  hour: 1_800_000,
  day: DAY_MS - 3_600_000,
  month: 28 * DAY_MS - 3_600_000,
  year: 365 * DAY_MS - 3_600_000,
};

function beginsInside(
  start: string,
  resolution: Energy['resolution'],
  begin_ms: number | null,
): boolean {
  if (begin_ms === null) return false;
  const from = Date.parse(start);
  return begin_ms > from && begin_ms < from + SHORTEST[resolution];
}

/** How many buckets the whole period has, from the answer's own edges. */
function slotCount(energy: Energy): number {
  switch (kindOf(energy.period)) {
    case 'week':
    case 'month':
      return Math.round((Date.parse(energy.end) - Date.parse(energy.start)) / DAY_MS);
    case 'year':
      return 12;
    default:
      return energy.buckets.start.length;
  }
}

function namesOf(energy: Energy, count: number, locale: Locale): Tick[] {
  const every = (step: number, name: (i: number) => string): Tick[] =>
    Array.from({ length: Math.ceil(count / step) }, (_, k) => ({
      at: k * step,
      label: name(k * step),
    }));
  const year = energy.start.slice(0, 4);
  switch (kindOf(energy.period)) {
    case 'week':
      return weekdayHeads(locale).map((label, at) => ({ at, label }));
    case 'month':
      return every(7, (i) => String(i + 1));
    case 'year':
      return MONTHS.map((month, at) => ({
        at,
        label: time.monthShort(`${year}-${month}`, locale),
        short: time.monthLetter(`${year}-${month}`, locale),
      }));
    default:
      return every(Math.ceil(count / 8), (i) => energy.buckets.start[i]?.slice(0, 4) ?? '');
  }
}

const MONTHS = Array.from({ length: 12 }, (_, i) => String(i + 1).padStart(2, '0'));
