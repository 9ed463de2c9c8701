/** A day's answer as a picture of power: each bucket is a mean over the minutes that it has. */
import { max } from 'd3-array';
import { shapeOf, type Roles } from '../shape';
import type { Beside, Column } from '../kinds';
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
import { linesUpTo, scaleOf, type Scale } from './scale';

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
  const { day, before, now_ms, begin_ms, fetched, roles } = source;
  const from = Date.parse(day.start);
  const to = Date.parse(day.end);
  const running = isRunning(day) && now_ms < to;
  const until = running ? Math.max(from, now_ms) : to;
  const quarters = slotsOf(day, until, roles);
  const slots = source.minutes
    ? replaced(quarters, slotsOf(source.minutes, until, roles))
    : quarters;
  const earlier = before ? moved(slotsOf(before, Infinity, roles), day, roles) : [];
  const highest = Math.max(0, max(slots, peakOf(roles)) ?? 0, max(earlier, ({ kw }) => kw) ?? 0);
  const lowest = hasBelow(roles) ? (max(slots, ({ sold }) => sold) ?? 0) : 0;
  const view = source.view ?? { from, to };
  return {
    kind: 'power',
    from,
    to,
    view,
    slots,
    before: earlier,
    holes: holesIn(slots, running, begin_ms, fetched, roles),
    hours: hourTicks(day, view, source.locale),
    ...(lowest > 0 ? scaleOf(highest, lowest) : upTo(highest)),
    now: running ? now_ms : null,
    roles,
  };
}

/** Of a grid alone what is sold has no solar line to stand under: it is drawn below zero. */
export function hasBelow(roles: Roles): boolean {
  const { down, lead } = shapeOf(roles);
  return down.length > 0 && lead !== 'home';
}

const peakOf =
  (roles: Roles) =>
  (slot: PowerSlot): number =>
    Math.max(leadOf(slot, roles) ?? 0, slot.solar ?? 0);

function upTo(highest: number): Scale {
  const lines = linesUpTo(highest);
  return { top: lines[lines.length - 1] ?? 1, bottom: 0, lines };
}

function slotsOf(energy: Energy, until: number, roles: Roles): PowerSlot[] {
  const { buckets } = energy;
  const shape = shapeOf(roles);
  const starts = buckets.start.map((start) => Date.parse(start));
  const step = energy.resolution === 'minute' ? 60_000 : HOUR_MS / 4;
  return starts.map((from, i) => {
    const next = starts[i + 1] ?? Math.min(from + step, Date.parse(energy.end));
    const to = Math.max(from, Math.min(next, until));
    const covered_h = (((to - from) / HOUR_MS) * (buckets.coverage_pct[i] ?? 0)) / 100;
    const kw = (wh: number | null | undefined): number | null =>
      wh === null || wh === undefined || covered_h <= 0 ? null : wh / 1000 / covered_h;
    const measured = (flow: Beside, column: Column): number | null =>
      shape.of.includes(flow) ? kw(buckets[column][i]) : null;
    const bought = measured('grid', 'imported_wh');
    const produced = measured('solar', 'produced_wh');
    const sold = shape.down.includes('sold') ? kw(buckets.exported_wh[i]) : null;
    const home = shape.lead === 'home' ? kw(buckets.consumed_wh[i]) : null;
    const own = home === null || produced === null ? null : Math.min(Math.max(home, 0), produced);
    const solar = shape.lines.includes('solar') ? produced : null;
    return { from, to, start: buckets.start[i] ?? '', home, solar, own, bought, sold };
  });
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
function moved(slots: readonly PowerSlot[], day: Energy, roles: Roles): PowerPicture['before'] {
  const found = new Map<number, PowerPicture['before'][number]>();
  for (const slot of slots) {
    for (const from of instantsOf(day, slot.start.slice(11, 16))) {
      found.set(from, { from, to: from + slot.to - slot.from, kw: leadOf(slot, roles) });
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
  roles: Roles,
): Gap[] {
  const past = running ? slots.slice(0, -1) : slots;
  const holes: Gap[] = [];
  for (const slot of past) {
    if (leadOf(slot, roles) !== null || (begin_ms !== null && slot.to <= begin_ms)) continue;
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
