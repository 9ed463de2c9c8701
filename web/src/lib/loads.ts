/** The parts of the home that have a meter of their own, as a list: what each takes, its share, and the rest. */
import { energyIn, power as watts, unitOf, type NumberStyle, type Quantity } from './format';
import type { Words } from './i18n';
import { askedOfLoad, type Asked } from './shape';
import type { Energy, Power } from './wire';

export interface LoadRow {
  name: string;
  quantity: Quantity;
  /** Of what the home takes, %; null where that is not known of the same minutes. */
  pct: number | null;
  /** What opens; nothing of the rest. */
  asked: Asked | null;
}

/** Coverages that differ by less are of the same minutes. */
const ALIKE_PCT = 0.5;

interface PartOfHome {
  name: string;
  /** W or Wh. */
  size: number | null;
  /** Whether it is of the same time as the home's. */
  isAlike: boolean;
}

export const loadsNow = ({ home_w, loads }: Power, words: Words, style: NumberStyle): LoadRow[] =>
  rowsOf(
    loads.map(({ name, active_power_w }) => ({ name, size: active_power_w, isAlike: true })),
    home_w,
    words,
    (w) => watts(w, style),
  );

export function loadsOf({ totals, buckets }: Energy, words: Words, style: NumberStyle): LoadRow[] {
  const found = totals.loads.map(({ name, consumed_wh, coverage_pct }, i) => {
    const began = buckets.loads[i]?.coverage_pct.some((pct) => pct === null);
    const isAlike = !began && Math.abs((coverage_pct ?? 0) - totals.coverage_pct) < ALIKE_PCT;
    return { name, size: consumed_wh, isAlike };
  });
  const unit = unitOf([totals.consumed_wh, ...found.map(({ size }) => size)], style);
  return rowsOf(found, totals.consumed_wh, words, (wh) => energyIn(wh, unit, style));
}

function rowsOf(
  parts: readonly PartOfHome[],
  whole: number | null,
  words: Words,
  written: (size: number | null) => Quantity,
): LoadRow[] {
  const shareOf = (size: number | null): number | null =>
    size === null || whole === null || whole <= 0 ? null : (100 * size) / whole;
  const rows = parts.map(({ name, size, isAlike }) => ({
    name,
    quantity: written(size),
    pct: isAlike ? shareOf(size) : null,
    asked: askedOfLoad(name),
  }));
  const rest = restOf(parts, whole);
  if (rest === null) return rows;
  const { other } = words.loads;
  return [...rows, { name: other, quantity: written(rest), pct: shareOf(rest), asked: null }];
}

/** Null also where the parts are more than the whole: then they overlap, or their meters are not of one moment. */
function restOf(parts: readonly PartOfHome[], whole: number | null): number | null {
  if (whole === null || !parts.length || !parts.every(({ isAlike }) => isAlike)) return null;
  const rest = parts.reduce((left, { size }) => (size === null ? NaN : left - size), whole);
  return rest >= 0 ? rest : null;
}
