/** The two balances of a span as bars: used = own solar + bought, produced = used at home + sold. */
import { energiesAlike, type NumberStyle, type Quantity } from './format';
import type { Totals } from './wire';

export interface BalancePart {
  kind: 'own' | 'bought' | 'sold';
  quantity: Quantity;
  /** Length, 0-100 % of the longer bar. */
  width_pct: number;
}

export interface BalanceRow {
  kind: 'used' | 'produced' | 'bought' | 'sold';
  quantity: Quantity;
  /** Exact, for comparisons; null where unknown. */
  wh: number | null;
  parts: BalancePart[];
  /** Self-sufficiency of what was used, own use of what was produced. */
  pct: number | null;
}

/** What the home has meters for: with one alone, nothing is known of the home itself. */
export interface Roles {
  grid: boolean;
  solar: boolean;
  /** Of all that is known the home alone is shown: what it used, and from where. */
  homeOnly?: boolean;
}

/** Bought, sold, used and produced of a span: what is told in one unit. */
export const energiesOf = (totals: Totals): (number | null)[] => [
  totals.self_consumed_wh,
  totals.imported_wh,
  totals.exported_wh,
  totals.consumed_wh,
  totals.produced_wh,
];

/** The rows of a home with these meters; both bars on one scale. */
export function balanceRows(totals: Totals | null, roles: Roles, style: NumberStyle): BalanceRow[] {
  const own = totals?.self_consumed_wh ?? null;
  const bought = totals?.imported_wh ?? null;
  const sold = totals?.exported_wh ?? null;
  const used = totals?.consumed_wh ?? null;
  const produced = totals?.produced_wh ?? null;
  const longest = Math.max(
    1,
    (own ?? 0) + (bought ?? 0),
    roles.homeOnly ? 0 : (own ?? 0) + (sold ?? 0),
  );
  const whs = { own, bought, sold, used, produced };
  const names = Object.keys(whs) as (keyof typeof whs)[];
  const alike = energiesAlike(Object.values(whs), style);
  const quantity = (name: keyof typeof whs): Quantity =>
    alike[names.indexOf(name)] ?? { value: '–', unit: '' };
  const part = (kind: BalancePart['kind']): BalancePart => ({
    kind,
    quantity: quantity(kind),
    width_pct: (100 * (whs[kind] ?? 0)) / longest,
  });
  /** Of what is written as zero there are no parts, and no share. */
  const split = (
    name: keyof typeof whs,
    pct: number | null | undefined,
    parts: BalancePart[],
  ): Pick<BalanceRow, 'parts' | 'pct'> =>
    whs[name] !== null && !/[1-9]/.test(quantity(name).value)
      ? { parts: [], pct: null }
      : { parts, pct: pct ?? null };
  if (roles.grid && roles.solar) {
    const both: BalanceRow[] = [
      {
        kind: 'used',
        quantity: quantity('used'),
        wh: used,
        ...split('used', totals?.self_sufficiency_pct, [part('own'), part('bought')]),
      },
      {
        kind: 'produced',
        quantity: quantity('produced'),
        wh: produced,
        ...split('produced', totals?.self_consumption_pct, [part('own'), part('sold')]),
      },
    ];
    return roles.homeOnly ? both.slice(0, 1) : both;
  }
  if (roles.solar) {
    const full = { kind: 'own' as const, quantity: quantity('produced'), width_pct: 100 };
    const row = { kind: 'produced' as const, quantity: quantity('produced'), wh: produced };
    return [{ ...row, parts: produced ? [full] : [], pct: null }];
  }
  const rows: BalanceRow[] = [
    {
      kind: 'bought',
      quantity: quantity('bought'),
      wh: bought,
      parts: [part('bought')],
      pct: null,
    },
  ];
  if (sold) {
    rows.push({
      kind: 'sold',
      quantity: quantity('sold'),
      wh: sold,
      parts: [part('sold')],
      pct: null,
    });
  }
  return rows;
}

/** Which roles the home has meters for; both until the server has said. */
export function rolesOf(meters: readonly { role: string }[] | undefined): Roles {
  if (!meters) return { grid: true, solar: true };
  return {
    grid: meters.some(({ role }) => role === 'grid'),
    solar: meters.some(({ role }) => role === 'solar'),
  };
}
