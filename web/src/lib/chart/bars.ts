/** An answer of days, months or years as bars around zero: used above, sold below. */
import { max } from 'd3-array';
import { energiesOf, type Roles } from '../balance';
import { unitOf, type NumberStyle } from '../format';
import { weekdayHeads } from '../calendar';
import { isRunning, kindOf } from '../period';
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
  const up_wh = max(energy.buckets.start, (_, i) => upOf(energy, i, roles)) ?? 0;
  const down_wh =
    roles.grid && !roles.homeOnly ? (max(energy.buckets.exported_wh, (wh) => wh ?? 0) ?? 0) : 0;
  const unit = unitOf(energiesOf(energy.totals), style);
  const known = energy.buckets.start.map((_, i) =>
    slotOf(energy, i, roles, FACTOR[unit], begin_ms),
  );
  for (const [i, slot] of known.entries()) {
    const from = Date.parse(slot.start ?? '');
    const to = Date.parse(energy.buckets.start[i + 1] ?? energy.end);
    slot.isFetched = touchesAny(fetched, from, to);
  }
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
  return { kind: 'bars', slots, names, unit, ...scale, roles };
}

const FUTURE: BarSlot = {
  start: null,
  own: null,
  bought: null,
  sold: null,
  used: null,
  produced: null,
  state: 'future',
  isFetched: false,
  running: false,
};

function upOf({ buckets }: Energy, i: number, roles: Roles): number {
  if (!roles.grid) return buckets.produced_wh[i] ?? 0;
  const own = roles.solar ? (buckets.self_consumed_wh[i] ?? 0) : 0;
  return own + (buckets.imported_wh[i] ?? 0);
}

function slotOf(
  { buckets, resolution }: Energy,
  i: number,
  roles: Roles,
  factor: number,
  begin_ms: number | null,
): BarSlot {
  const value = (wh: number | null | undefined): number | null =>
    wh === null || wh === undefined ? null : wh / factor;
  const start = buckets.start[i] ?? '';
  const covered_pct = buckets.coverage_pct[i] ?? 0;
  const produced = roles.solar ? value(buckets.produced_wh[i]) : null;
  const bought = roles.grid ? value(buckets.imported_wh[i]) : null;
  const own = roles.solar && roles.grid ? value(buckets.self_consumed_wh[i]) : produced;
  const nothing = bought === null && produced === null;
  const endedBefore = begin_ms !== null && Date.parse(start) + SHORTEST[resolution] <= begin_ms;
  return {
    start,
    own,
    bought,
    sold: roles.homeOnly || !roles.grid ? null : value(buckets.exported_wh[i]),
    used: roles.grid && roles.solar ? value(buckets.consumed_wh[i]) : null,
    produced,
    state: nothing
      ? endedBefore
        ? 'before'
        : 'unknown'
      : covered_pct < WHOLE_PCT && !beginsInside(start, resolution, begin_ms)
        ? 'partly'
        : 'whole',
    isFetched: false,
    running: false,
  };
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
