/** The energies of a span, from the columns of an answer. */
import { ENERGIES, ENERGY, KIND, type Column, type Energy, type Kind } from './kinds';
import type { Buckets, Totals } from './wire';

export type Whs = Record<Energy, number | null>;

export const eachEnergy = <T>(of: (energy: Energy) => T): Record<Energy, T> =>
  Object.fromEntries(ENERGIES.map((energy) => [energy, of(energy)])) as Record<Energy, T>;

/** What stores give back. */
const GIVEN_BACK = ENERGIES.filter((energy) => {
  const { place, gives } = KIND[ENERGY[energy].of];
  return place === 'store' && gives === energy;
});

/**
 * Each energy, by the column that has it. Own energy is what the plants gave straight to the home: of what was not
 * bought, what came from no store. Without a store it is all that was not sold.
 */
export function energiesBy(read: (column: Column) => number | null | undefined): Whs {
  const found = eachEnergy((energy) => read(ENERGY[energy].column) ?? null);
  const stored = GIVEN_BACK.map((energy) => found[energy]).filter((wh) => wh !== null);
  if (!stored.length) return found;
  const supplied = read('self_supplied_wh') ?? null;
  const own =
    supplied === null
      ? null
      : Math.max(
          0,
          stored.reduce((rest, wh) => rest - wh, supplied),
        );
  return { ...found, own };
}

export const energiesOfBucket = (buckets: Buckets, i: number): Whs =>
  energiesBy((column) => buckets[column]?.[i]);

export const energiesOfTotals = (totals: Totals | null): Whs =>
  energiesBy((column) => totals?.[column]);

/** How much of a bucket the sources of a kind have, %: of what is absent nothing, and as the whole in older answers. */
export function coverageOf_pct(
  { coverage_pct, ...buckets }: Buckets,
  i: number,
  kind: Kind,
): number {
  const { coverage } = KIND[kind];
  const own = coverage === 'coverage_pct' ? undefined : buckets[coverage]?.[i];
  return (own === undefined ? coverage_pct[i] : own) ?? 0;
}
