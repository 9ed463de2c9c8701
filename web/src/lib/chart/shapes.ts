/** Step lines and areas of a power picture, as SVG paths: a mean holds for its whole slot. */
import type { Hole } from './picture';

type Place = (value: number) => number;

/** Runs of slots that touch and are known. */
type Run<S> = [first: S, ...others: S[]];

function runsOf<S extends Hole>(slots: readonly S[], known: (slot: S) => boolean): Run<S>[] {
  const runs: Run<S>[] = [];
  let last: { run: Run<S>; to: number } | null = null;
  for (const slot of slots) {
    if (!known(slot)) {
      last = null;
      continue;
    }
    if (last?.to === slot.from) last.run.push(slot);
    else runs.push((last = { run: [slot], to: 0 }).run);
    last.to = slot.to;
  }
  return runs;
}

const px = (value: number): string => String(Math.round(value * 10) / 10);

/** From the left: over to the end of each slot, then up or down to the next. */
function steps<S extends Hole>(run: readonly S[], height: (slot: S) => number, x: Place): string {
  return run.map((slot) => `V${px(height(slot))}H${px(x(slot.to))}`).join('');
}

/** The same from the right. */
function stepsBack<S extends Hole>(
  run: readonly S[],
  height: (slot: S) => number,
  x: Place,
): string {
  return run
    .toReversed()
    .map((slot) => `V${px(height(slot))}H${px(x(slot.from))}`)
    .join('');
}

export function stepLine<S extends Hole>(
  slots: readonly S[],
  value: (slot: S) => number | null,
  x: Place,
  y: Place,
): string {
  const height = (slot: S): number => y(value(slot) ?? 0);
  return runsOf(slots, (slot) => value(slot) !== null)
    .map((run) => {
      const [first] = run;
      return `M${px(x(first.from))} ${px(height(first))}${steps(run, height, x)}`;
    })
    .join('');
}

export function stepArea<S extends Hole>(
  slots: readonly S[],
  low: (slot: S) => number,
  high: (slot: S) => number | null,
  x: Place,
  y: Place,
): string {
  const top = (slot: S): number => y(Math.max(low(slot), high(slot) ?? 0));
  const foot = (slot: S): number => y(low(slot));
  return runsOf(slots, (slot) => high(slot) !== null)
    .map((run) => {
      const [first] = run;
      const start = `M${px(x(first.from))} ${px(foot(first))}`;
      return `${start}${steps(run, top, x)}${stepsBack(run, foot, x)}Z`;
    })
    .join('');
}

export interface Spot {
  x: number;
  y: number;
}

/** Where a word of this size fits best between two heights, px; null where it fits nowhere. */
export function roomFor<S extends Hole>(
  width: number,
  height: number,
  slots: readonly S[],
  low: (slot: S) => number | null,
  high: (slot: S) => number | null,
  x: Place,
  y: Place,
): Spot | null {
  let best: Spot | null = null;
  let bestRoom = height;
  for (const [i, first] of slots.entries()) {
    const left = x(first.from);
    let floor = Infinity;
    let ceiling = -Infinity;
    for (const slot of slots.slice(i)) {
      const from = low(slot);
      const to = high(slot);
      if (from === null || to === null || to <= from) break;
      floor = Math.min(floor, y(from));
      ceiling = Math.max(ceiling, y(to));
      if (floor - ceiling < bestRoom) break;
      if (x(slot.to) - left >= width) {
        bestRoom = floor - ceiling;
        best = { x: (left + x(slot.to)) / 2, y: (floor + ceiling) / 2 };
        break;
      }
    }
  }
  return best;
}
