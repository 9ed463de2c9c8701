/** What a period cost, bucket by bucket, as bars around zero: paid above, earned below. */
import { max } from 'd3-array';
import { scaleOf, type Scale } from '../chart/scale';
import type { Cost } from '../wire';

export interface MoneyBar {
  start: string;
  /** Null where nothing is known. */
  paid: number | null;
  /** Below zero where selling cost. */
  earned: number | null;
  /** Monthly and power fees that belong to this bucket. */
  fees: number;
  /** The same under another table. */
  other: number | null;
  total: number | null;
}

export interface MoneyPicture extends Scale {
  bars: readonly MoneyBar[];
  /** How many the whole period has. */
  slots: number;
}

export function moneyPicture(cost: Cost, slots: number, other: Cost | null = null): MoneyPicture {
  const { buckets } = cost;
  const bars = buckets.start.map((start, i): MoneyBar => {
    const paid = buckets.import_cost[i] ?? null;
    const earned = buckets.export_earned[i] ?? null;
    const total = buckets.total_cost[i] ?? null;
    const fees = total === null ? 0 : total - (paid ?? 0) + (earned ?? 0);
    const tiny = Math.abs(fees) < 1e-9;
    return {
      start,
      paid,
      earned,
      fees: tiny ? 0 : fees,
      total,
      other: other?.buckets.total_cost[i] ?? null,
    };
  });
  const isVersus = other !== null;
  const above = max(bars, (bar) => (isVersus ? higher(bar, 1) : topOf(bar))) ?? 0;
  const below = max(bars, (bar) => (isVersus ? higher(bar, -1) : footOf(bar))) ?? 0;
  return { bars, slots: Math.max(slots, bars.length), ...scaleOf(above, below) };
}

/** How far the higher of two sums goes up, or down. */
const higher = ({ total, other }: MoneyBar, sign: 1 | -1): number =>
  Math.max(0, sign * (total ?? 0), sign * (other ?? 0));

/** How far a bar goes up, and how far down. */
export const topOf = ({ paid, earned, fees }: MoneyBar): number =>
  Math.max(paid ?? 0, 0) + Math.max(fees, 0) + Math.max(-(earned ?? 0), 0);
export const footOf = ({ paid, earned }: MoneyBar): number =>
  Math.max(-(paid ?? 0), 0) + Math.max(earned ?? 0, 0);

const DAY_MS = 86_400_000;

/** How many buckets the period will have once it is over, from the answer's own edges. */
export function slotsOf({ start, end, resolution, buckets }: Cost): number {
  const length_ms = Date.parse(end) - Date.parse(start);
  switch (resolution) {
    case 'quarter':
      return Math.round(length_ms / 900_000);
    case 'hour':
      return Math.round(length_ms / 3_600_000);
    case 'day':
      return Math.round(length_ms / DAY_MS);
    case 'month':
      return Math.round(length_ms / (30.4 * DAY_MS));
    default:
      return buckets.start.length;
  }
}
