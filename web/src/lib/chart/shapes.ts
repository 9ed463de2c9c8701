/** Step lines and areas of a power picture, as SVG paths: a mean holds for its whole slot. */
import type { PowerSlot } from './picture';

type Place = (value: number) => number;

/** Runs of slots that touch and are known. */
type Run = [first: PowerSlot, ...others: PowerSlot[]];

function runsOf(slots: readonly PowerSlot[], known: (slot: PowerSlot) => boolean): Run[] {
  const runs: Run[] = [];
  let last: { run: Run; to: number } | null = null;
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
function steps(run: readonly PowerSlot[], height: (slot: PowerSlot) => number, x: Place): string {
  return run.map((slot) => `V${px(height(slot))}H${px(x(slot.to))}`).join('');
}

/** The same from the right. */
function stepsBack(
  run: readonly PowerSlot[],
  height: (slot: PowerSlot) => number,
  x: Place,
): string {
  return run
    .toReversed()
    .map((slot) => `V${px(height(slot))}H${px(x(slot.from))}`)
    .join('');
}

export function stepLine(
  slots: readonly PowerSlot[],
  value: (slot: PowerSlot) => number | null,
  x: Place,
  y: Place,
): string {
  const height = (slot: PowerSlot): number => y(value(slot) ?? 0);
  return runsOf(slots, (slot) => value(slot) !== null)
    .map((run) => {
      const [first] = run;
      return `M${px(x(first.from))} ${px(height(first))}${steps(run, height, x)}`;
    })
    .join('');
}

export function stepArea(
  slots: readonly PowerSlot[],
  low: (slot: PowerSlot) => number,
  high: (slot: PowerSlot) => number | null,
  x: Place,
  y: Place,
): string {
  const top = (slot: PowerSlot): number => y(Math.max(low(slot), high(slot) ?? 0));
  const foot = (slot: PowerSlot): number => y(low(slot));
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
export function roomFor(
  width: number,
  height: number,
  slots: readonly PowerSlot[],
  low: (slot: PowerSlot) => number | null,
  high: (slot: PowerSlot) => number | null,
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
