/** The two balances of a span as bars: used = own solar + bought, produced = used at home + sold. */
import { energiesAlike, type NumberStyle, type Quantity } from './format';
import { ENERGIES, ENERGY, type Column, type Energy, type Part } from './kinds';
import { shapeOf, type Roles } from './shape';
import type { Totals } from './wire';

const NOTHING: Quantity = { value: '–', unit: '' };

export interface BalancePart {
  kind: Part;
  quantity: Quantity;
  /** Length, 0-100 % of the longer bar. */
  width_pct: number;
}

export interface BalanceRow {
  kind: Exclude<Energy, 'own'>;
  quantity: Quantity;
  /** Exact, for comparisons; null where unknown. */
  wh: number | null;
  parts: BalancePart[];
  /** Self-sufficiency of what was used, own use of what was produced. */
  pct: number | null;
}

type Whs = Record<Energy, number | null>;

const whsOf = (totals: Totals | null, own: Column): Whs =>
  Object.fromEntries(
    ENERGIES.map((kind) => [kind, totals?.[kind === 'own' ? own : ENERGY[kind].column] ?? null]),
  ) as Whs;

/** What is told in one unit. */
export const energiesOf = (totals: Totals): (number | null)[] =>
  ENERGIES.map((kind) => totals[ENERGY[kind].column]);

/** The rows of a home with these meters; all bars on one scale. */
export function balanceRows(totals: Totals | null, roles: Roles, style: NumberStyle): BalanceRow[] {
  const { rows, own } = shapeOf(roles);
  const whs = whsOf(totals, own);
  const alike = energiesAlike(Object.values(whs), style);
  const quantity = (kind: Energy): Quantity => alike[ENERGIES.indexOf(kind)] ?? NOTHING;
  const long_wh = rows.map(({ parts }) => parts.reduce((sum, part) => sum + (whs[part] ?? 0), 0));
  const longest_wh = Math.max(1, ...long_wh);
  const partOf = (kind: Part): BalancePart => ({
    kind,
    quantity: quantity(kind),
    width_pct: (100 * (whs[kind] ?? 0)) / longest_wh,
  });
  return rows
    .filter(({ kind, unlessNone }) => !unlessNone || whs[kind])
    .map(({ kind, parts, share }) => {
      // Of what is written as zero there are no parts, and no share.
      const isNothing = whs[kind] !== null && !/[1-9]/.test(quantity(kind).value);
      return {
        kind,
        quantity: quantity(kind),
        wh: whs[kind],
        parts: isNothing ? [] : parts.map(partOf),
        pct: isNothing || !share ? null : (totals?.[share] ?? null),
      };
    });
}
