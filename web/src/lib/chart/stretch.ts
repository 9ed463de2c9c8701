/** Where things lie in a chart: the slot under a finger, and the part of a day that fingers ask for. */
import type { Hole, Picture } from './picture';

/** The slot at `px` of `width`; null where there is none. */
export function slotAt(px: number, width: number, picture: Picture, view: Hole): number | null {
  const { slots } = picture;
  if (!slots.length) return null;
  const inside = Math.min(width - 0.01, Math.max(0, px));
  if (picture.kind === 'bars') {
    const slot = Math.floor((inside / width) * slots.length);
    return picture.slots[slot]?.start === null ? null : slot;
  }
  const at = view.from + (inside / width) * (view.to - view.from);
  const found = picture.slots.findIndex(({ from, to }) => at >= from && at < to);
  // Past now the newest value is read, not nothing.
  return found >= 0 ? found : at < (picture.slots[0]?.from ?? 0) ? 0 : slots.length - 1;
}

/** The part of `whole` nearest to what is asked for, ms; null for all of it. */
export function partOf(whole: Hole, asked: Hole, shortest_ms: number): Hole | null {
  const most = whole.to - whole.from;
  const length = Math.min(most, Math.max(shortest_ms, asked.to - asked.from));
  if (length >= most) return null;
  const from = Math.min(whole.to - length, Math.max(whole.from, asked.from));
  return { from, to: from + length };
}

type Fingers = readonly [number, number];

/** What two fingers ask for: what was under each at first stays under it. Places in px of `width`. */
export function pinched(view: Hole, [a, b]: Fingers, [c, d]: Fingers, width: number): Hole {
  const per = (view.to - view.from) / width;
  const atA = view.from + a * per;
  const atB = view.from + b * per;
  const scale = (atB - atA) / Math.max(24, d - c);
  const from = atA - c * scale;
  return { from, to: from + width * scale };
}
