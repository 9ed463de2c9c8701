/** A day's answer as a picture of power: each bucket is a mean over the minutes that it has. */
import { max } from 'd3-array';
import { coverageOf_pct, eachEnergy, energiesOfBucket, type Whs } from '../energies';
import { ENERGY, KIND, type Energy as EnergyKind } from '../kinds';
import { shapeOf, type Roles, type Shape } from '../shape';
import { isRunning } from '../period';
import * as time from '../time';
import type { Locale } from '../time';
import type { Energy } from '../wire';
import {
  leadOf,
  touchesAny,
  type Gap,
  type Hole,
  type PowerPicture,
  type PowerSlot,
  type Tick,
} from './picture';
import { scaleOf, scaleUpTo } from './scale';

export const SHORTEST_VIEW_MS = 45 * 60_000;
/** From here on a pinch loads minutes. */
export const MINUTES_BELOW_MS = 6 * 3_600_000;
const HOUR_MS = 3_600_000;

export interface PowerSource {
  day: Energy;
  /** Minutes of a part of the day, drawn in place of its quarters. */
  minutes: Energy | null;
  before: Energy | null;
  view: Hole | null;
  now_ms: number;
  /** Where the books begin, ms; what lies before is no gap. */
  begin_ms: number | null;
  /** What is being fetched. */
  fetched: readonly Hole[];
  roles: Roles;
  locale: Locale;
}

export function powerPicture(source: PowerSource): PowerPicture {
  const { day, before, now_ms, begin_ms, fetched } = source;
  const shape = shapeOf(source.roles);
  const from = Date.parse(day.start);
  const to = Date.parse(day.end);
  const running = isRunning(day) && now_ms < to;
  const until = running ? Math.max(from, now_ms) : to;
  const quarters = slotsOf(day, until, shape);
  const slots = source.minutes
    ? replaced(quarters, slotsOf(source.minutes, until, shape))
    : quarters;
  const earlier = before ? moved(slotsOf(before, Infinity, shape), day, shape) : [];
  const highest = Math.max(0, max(slots, peakOf(shape)) ?? 0, max(earlier, ({ kw }) => kw) ?? 0);
  const lowest = hasBelow(shape) ? (max(slots, (slot) => sumOf(slot, shape.down)) ?? 0) : 0;
  const view = source.view ?? { from, to };
  return {
    kind: 'power',
    from,
    to,
    view,
    slots,
    before: earlier,
    holes: holesIn(slots, running, begin_ms, fetched, shape),
    hours: hourTicks(day, view, source.locale),
    ...(lowest > 0 ? scaleOf(highest, lowest) : scaleUpTo(highest)),
    now: running ? now_ms : null,
    shape,
  };
}

/** What one alone takes has no line of the home to stand on: it is drawn below zero. */
export const hasBelow = ({ down, lead }: Shape): boolean => down.length > 0 && lead !== 'home';

const sumOf = (slot: PowerSlot, energies: readonly EnergyKind[]): number =>
  energies.reduce((sum, energy) => sum + (slot[energy] ?? 0), 0);

/** The highest of what is drawn: the lines, and on that of the home what is stored and sold beside it. */
const peakOf =
  (shape: Shape) =>
  (slot: PowerSlot): number => {
    const beside = shape.stores.length ? sumOf(slot, shape.down) : 0;
    const lines = shape.lines.map((kind) => slot[KIND[kind].gives] ?? 0);
    return Math.max((leadOf(slot, shape) ?? 0) + beside, ...lines);
  };

function slotsOf(energy: Energy, until: number, shape: Shape): PowerSlot[] {
  const { buckets } = energy;
  const starts = buckets.start.map((start) => Date.parse(start));
  const step = energy.resolution === 'minute' ? 60_000 : HOUR_MS / 4;
  return starts.map((from, i) => {
    const next = starts[i + 1] ?? Math.min(from + step, Date.parse(energy.end));
    const to = Math.max(from, Math.min(next, until));
    return { from, to, start: buckets.start[i] ?? '', ...powersOf(buckets, i, to - from, shape) };
  });
}

/** kW of what the home shows, each over the minutes that its sources have. */
function powersOf(buckets: Energy['buckets'], i: number, length_ms: number, shape: Shape): Whs {
  const whs = energiesOfBucket(buckets, i);
  const kw = eachEnergy((energy) => {
    const covered_h = ((length_ms / HOUR_MS) * coverageOf_pct(buckets, i, ENERGY[energy].of)) / 100;
    const wh = whs[energy];
    return wh === null || covered_h <= 0 ? null : wh / 1000 / covered_h;
  });
  const shown = new Set<EnergyKind>([
    ...shape.lines.map((kind) => KIND[kind].gives),
    ...shape.up,
    ...shape.down,
  ]);
  const own = shape.lead === 'home' ? ownOf(kw, shape) : null;
  return eachEnergy((energy) => (energy === 'own' ? own : shown.has(energy) ? kw[energy] : null));
}

/** What the home takes straight from its plants: under its own line, and of what they give neither stored nor sold. */
function ownOf(kw: Whs, { of, stores }: Shape): number | null {
  const produced = of
    .filter((kind) => KIND[kind].place === 'plant')
    .map((kind) => kw[KIND[kind].gives]);
  if (kw.used === null || !produced.length || produced.includes(null)) return null;
  const elsewhere = stores.length ? of.map((kind) => KIND[kind].takes) : [];
  const kept = produced.reduce<number>((sum, one) => sum + (one ?? 0), 0);
  const left = elsewhere.reduce((rest, energy) => rest - (energy ? (kw[energy] ?? 0) : 0), kept);
  return Math.min(Math.max(kw.used, 0), Math.max(left, 0));
}

/** The quarters outside the minutes, and the minutes. */
function replaced(quarters: readonly PowerSlot[], minutes: readonly PowerSlot[]): PowerSlot[] {
  const first = minutes[0];
  const last = minutes[minutes.length - 1];
  if (!first || !last) return [...quarters];
  return [
    ...quarters.filter(({ to }) => to <= first.from),
    ...minutes,
    ...quarters.filter(({ from }) => from >= last.to),
  ];
}

/** The period before it, laid over this one by the clock on the wall: an hour that this one has twice is drawn twice. */
function moved(slots: readonly PowerSlot[], day: Energy, shape: Shape): PowerPicture['before'] {
  const found = new Map<number, PowerPicture['before'][number]>();
  for (const slot of slots) {
    for (const from of instantsOf(day, slot.start.slice(11, 16))) {
      found.set(from, { from, to: from + slot.to - slot.from, kw: leadOf(slot, shape) });
    }
  }
  return [...found.values()].sort((one, other) => one.from - other.from);
}

/** When the home's clock shows this in the day ("03:15"): once, or on the nights when it is set twice or never. */
function instantsOf({ start, end, time_zone }: Energy, clock: string): number[] {
  const instants = [...new Set([time.offset(start), time.offset(end)])].map((offset) =>
    Date.parse(`${start.slice(0, 10)}T${clock}:00${offset}`),
  );
  if (instants.length === 1) return instants;
  return instants.filter((at) => time.homeNow(at, time_zone).slice(11, 16) === clock);
}

/** Runs of unknown slots; the newest slot of a running day may just not be booked yet. */
function holesIn(
  slots: readonly PowerSlot[],
  running: boolean,
  begin_ms: number | null,
  fetched: readonly Hole[],
  shape: Shape,
): Gap[] {
  const past = running ? slots.slice(0, -1) : slots;
  const holes: Gap[] = [];
  for (const slot of past) {
    if (leadOf(slot, shape) !== null || (begin_ms !== null && slot.to <= begin_ms)) continue;
    const last = holes[holes.length - 1];
    const isFetched = touchesAny(fetched, slot.from, slot.to);
    if (last?.to === slot.from && last.isFetched === isFetched) last.to = slot.to;
    else holes.push({ from: slot.from, to: slot.to, isFetched });
  }
  return holes;
}

/** Every sixth hour of the day by the home's wall clock, more when less is shown. */
function hourTicks(day: Energy, view: Hole, locale: Locale): Tick[] {
  const date = day.start.slice(0, 10);
  const shown_h = (view.to - view.from) / HOUR_MS;
  const every_min = shown_h > 14 ? 360 : shown_h > 7 ? 180 : shown_h > 3.5 ? 60 : 30;
  const starts = new Map(day.buckets.start.map((start) => [start.slice(11, 16), start]));
  const found: Tick[] = [];
  for (let minute = 0; minute < 1440; minute += every_min) {
    const clock = `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
    // From the answer's own edges; an hour to come stands by the offset at the end of the day.
    const at = starts.get(clock) ?? `${date}T${clock}:00${time.offset(day.end)}`;
    const label = every_min < 60 ? time.clock(at, locale) : clock.slice(0, 2);
    found.push({ at: Date.parse(at), label });
  }
  found.push({ at: Date.parse(day.end), label: every_min < 60 ? '' : '24' });
  return found.filter(({ at }) => at >= view.from && at <= view.to);
}

const two = (value: number): string => String(value).padStart(2, '0');
