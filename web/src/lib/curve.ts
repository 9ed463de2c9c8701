/** The last minutes at live resolution: from the server once, then grown by each event. */
import { FLOW, FLOWS, powerOf, type Flow } from './kinds';
import type { Power, RecentPower } from './wire';

/** The power of each flow, W. */
type Powers = Record<Flow, number | null>;

export interface Point extends Powers {
  /** ms since the epoch. */
  t: number;
}

export const CURVE_MS = 15 * 60_000;
/** Two points further apart have a gap between them. */
const GAP_MS = 5_000;
/** A gap shorter than this share of the width is not worth a hatch. */
const SMALLEST_HATCH_MS = 10_000;

const powers = (of: (flow: Flow) => number | null): Powers =>
  Object.fromEntries(FLOWS.map((flow) => [flow, of(flow)])) as Powers;

export const pointOf = (power: Power): Point => ({
  t: Date.parse(power.at),
  ...powers((flow) => powerOf(power, flow)),
});

export function grown(points: readonly Point[], point: Point): Point[] {
  const since = point.t - CURVE_MS;
  const kept = points.filter(({ t }) => t >= since && t < point.t);
  kept.push(point);
  return kept;
}

/** The largest power of a flow, W; null where none is known. */
export function largest(points: readonly Point[], series: Flow): number | null {
  const known = points.map((point) => point[series]).filter((w) => w !== null);
  return known.length ? Math.max(...known) : null;
}

/** Where the server's clock was set back, what was written before under a time that came again is let go. */
function forwards(points: readonly Point[]): Point[] {
  let next_ms = Infinity;
  const kept = [...points].reverse().filter(({ t }) => {
    if (t >= next_ms) return false;
    next_ms = t;
    return true;
  });
  return kept.reverse();
}

/** Nothing where an older server does not tell it. */
export const columnOf = (recent: Partial<RecentPower>, flow: Flow): readonly (number | null)[] =>
  recent[FLOW[flow].power] ?? [];

/** The server's points, and before them those that only this phone remembers. */
export function joined(points: readonly Point[], recent: RecentPower): Point[] {
  const theirs = forwards(
    recent.at.map((at, i) => ({
      t: Date.parse(at),
      ...powers((flow) => columnOf(recent, flow)[i] ?? null),
    })),
  );
  const first = theirs[0];
  const last = theirs[theirs.length - 1];
  if (!first || !last) return [...points];
  const since = last.t - CURVE_MS;
  return [
    ...points.filter(({ t }) => t < first.t && t >= since),
    ...theirs,
    ...points.filter(({ t }) => t > last.t),
  ];
}

/** Every `nth` point: enough to remember a curve by. */
export const thinned = (points: readonly Point[], nth: number): Point[] =>
  points.filter((_, i) => i % nth === 0);

export interface Stretch {
  points: { t: number; w: number }[];
}

export interface Hole {
  from: number;
  to: number;
}

/** Null also where an earlier version of the app kept the point. */
export const wattsOf = (point: Partial<Point>, flow: Flow): number | null => point[flow] ?? null;

/** How many minutes a curve up to `until` is wide, 1 to 15: a home that has just begun has not the whole quarter. */
export function minutesSeen(points: readonly Point[], series: Flow, until: number): number {
  const first = points.find((point) => wattsOf(point, series) !== null);
  const seen_ms = Math.min(CURVE_MS, until - (first?.t ?? 0));
  return Math.max(1, Math.ceil(seen_ms / 60_000));
}

/** The curve cut where values are missing, and the holes in between, up to `until`. */
export function stretches(
  points: readonly Point[],
  series: Flow,
  until: number,
): { stretches: Stretch[]; holes: Hole[] } {
  const found: Stretch[] = [];
  const holes: Hole[] = [];
  let open: Stretch | null = null;
  let last: number | null = null;
  for (const point of points) {
    const w = wattsOf(point, series);
    if (w === null) continue;
    if (last !== null && point.t - last > GAP_MS) {
      holes.push({ from: last, to: point.t });
      open = null;
    }
    if (!open) found.push((open = { points: [] }));
    open.points.push({ t: point.t, w });
    last = point.t;
  }
  if (last !== null && until - last > GAP_MS) holes.push({ from: last, to: until });
  return { stretches: found, holes: holes.filter(({ from, to }) => to - from > SMALLEST_HATCH_MS) };
}
