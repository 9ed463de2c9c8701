/** Step lines and areas of a power picture, as SVG paths. */
import { area, curveStepAfter, line } from 'd3-shape';
import type { PowerSlot } from './picture';

type Place = (value: number) => number;

interface Corner {
  at: number;
  slot: PowerSlot;
}

/** Runs of slots that touch and are known, each closed by a corner at its end: a step has two. */
function runsOf(slots: readonly PowerSlot[], known: (slot: PowerSlot) => boolean): Corner[][] {
  const runs: Corner[][] = [];
  let run: Corner[] | null = null;
  let last: PowerSlot | null = null;
  const close = (): void => {
    if (run && last) run.push({ at: last.to, slot: last });
    run = null;
  };
  for (const slot of slots) {
    if (!known(slot)) {
      close();
      continue;
    }
    if (last && run && last.to !== slot.from) close();
    if (!run) runs.push((run = []));
    run.push({ at: slot.from, slot });
    last = slot;
  }
  close();
  return runs;
}

export function stepLine(
  slots: readonly PowerSlot[],
  value: (slot: PowerSlot) => number | null,
  x: Place,
  y: Place,
): string {
  const draw = line<Corner>()
    .x(({ at }) => x(at))
    .y(({ slot }) => y(value(slot) ?? 0))
    .curve(curveStepAfter)
    .digits(1);
  return runsOf(slots, (slot) => value(slot) !== null)
    .map((run) => draw(run) ?? '')
    .join('');
}

export function stepArea(
  slots: readonly PowerSlot[],
  low: (slot: PowerSlot) => number,
  high: (slot: PowerSlot) => number | null,
  x: Place,
  y: Place,
): string {
  const draw = area<Corner>()
    .x(({ at }) => x(at))
    .y0(({ slot }) => y(low(slot)))
    .y1(({ slot }) => y(Math.max(low(slot), high(slot) ?? 0)))
    .curve(curveStepAfter)
    .digits(1);
  return runsOf(slots, (slot) => high(slot) !== null)
    .map((run) => draw(run) ?? '')
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
  for (let i = 0; i < slots.length; i += 1) {
    const first = slots[i];
    if (!first) continue;
    const left = x(first.from);
    let floor = Infinity;
    let ceiling = -Infinity;
    let k = i;
    for (; k < slots.length; k += 1) {
      const slot = slots[k];
      if (!slot) break;
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
