/** The balances of a span as bars: used = own solar + from the battery + bought, produced = used at home + stored + sold. */
import { energiesOfTotals, type Whs } from './energies';
import { energyIn, unitOf, type NumberStyle, type Quantity } from './format';
import type { Words } from './i18n';
import { ENERGY, KIND, type Part, type Told } from './kinds';
import { shapeOf, type Roles, type RowShape } from './shape';
import type { Totals } from './wire';

export interface BalancePart {
  kind: Part;
  quantity: Quantity;
  /** Length, 0-100 % of the longer bar. */
  width_pct: number;
}

export interface BalanceRow {
  kind: Told;
  quantity: Quantity;
  /** Exact, for comparisons; null where unknown. */
  wh: number | null;
  parts: BalancePart[];
  /** Self-sufficiency of what was used, own use of what was produced. */
  pct: number | null;
}

type Kinds = readonly Pick<BalanceRow, 'kind'>[];

/** Whether some of these are balances, of which a share is told. */
export const hasShares = (rows: Kinds, { energies }: Words): boolean =>
  rows.some(({ kind }) => energies[kind].share !== undefined);

/** What is told beside balances and is none is told smaller. */
export const hasSmall = (rows: Kinds, words: Words): boolean =>
  hasShares(rows, words) && rows.some(({ kind }) => words.energies[kind].share === undefined);

/** What is told in one unit. */
export const energiesOf = (totals: Totals): (number | null)[] =>
  Object.values(energiesOfTotals(totals));

/**
 * The parts of a row, so that they add up to it: of what a battery took and gave, as much as was of the production
 * and of the use. The rest was bought to be stored, or stored to be sold, and is no part of either.
 */
export function partsOf({ kind, parts, share }: RowShape, whs: Whs, totals: Totals | null): Whs {
  if (!share) return whs;
  const whole = (kind === 'used' ? totals?.self_supplied_wh : totals?.self_consumed_wh) ?? null;
  const store = parts.find((part) => KIND[ENERGY[part].of].place === 'store');
  if (!store) return whs;
  const { own, [store]: wh } = whs;
  const isKnown = wh !== null && whole !== null && own !== null;
  return { ...whs, [store]: isKnown ? Math.min(wh, Math.max(0, whole - own)) : null };
}

/** The rows of a home with these meters; all bars on one scale. */
export function balanceRows(totals: Totals | null, roles: Roles, style: NumberStyle): BalanceRow[] {
  const whs = energiesOfTotals(totals);
  const rows = shapeOf(roles).rows.map((row) => ({ ...row, whs: partsOf(row, whs, totals) }));
  const unit = unitOf(Object.values(whs), style);
  const quantity = (wh: number | null): Quantity => energyIn(wh, unit, style);
  const long_wh = rows.map(({ parts, whs }) =>
    parts.reduce((sum, part) => sum + (whs[part] ?? 0), 0),
  );
  const longest_wh = Math.max(1, ...long_wh);
  return rows
    .filter(({ kind, unlessNone }) => !unlessNone || whs[kind])
    .map(({ kind, parts, share, whs: own }) => {
      // Of what is written as zero there are no parts, and no share.
      const isNothing = whs[kind] !== null && !/[1-9]/.test(quantity(whs[kind]).value);
      const partOf = (part: Part): BalancePart => ({
        kind: part,
        quantity: quantity(own[part]),
        width_pct: (100 * (own[part] ?? 0)) / longest_wh,
      });
      return {
        kind,
        quantity: quantity(whs[kind]),
        wh: whs[kind],
        parts: isNothing ? [] : parts.map(partOf),
        pct: isNothing || !share ? null : (totals?.[share] ?? null),
      };
    });
}
