/** Answers of money as the server gives them; a test says what is different in its own. */
import type { Cost, CostTotals, Prices } from '../lib/wire';

type Columns = Partial<Record<'import_cost' | 'export_earned' | 'total_cost', (number | null)[]>>;

export const COST_TOTALS: CostTotals = {
  import_cost: 10,
  export_earned: 2,
  saved_by_own_use: 3,
  total_cost: 12,
  fixed_cost: 4,
  demand_cost: 0,
  netting_effect: 1,
  paid_per_kwh: 0.1,
  mean_price_per_kwh: 0.12,
  coverage_pct: 100,
  priced_pct: 100,
};

export function aCost(
  period: string,
  columns: Columns,
  { buckets: starts, ...changes }: Partial<Omit<Cost, 'buckets'>> & { buckets?: string[] } = {},
): Cost {
  const { total_cost = [], import_cost = total_cost, export_earned = [] } = columns;
  const start =
    starts ?? total_cost.map((_, i) => `2026-04-${String(i + 1).padStart(2, '0')}T00:00:00+03:00`);
  return {
    period,
    start: '2026-04-01T00:00:00+03:00',
    end: '2026-05-01T00:00:00+03:00',
    resolution: 'day',
    previous: null,
    next: null,
    tariff: 'own',
    currency: 'EUR',
    why_unknown: null,
    totals: COST_TOTALS,
    ...changes,
    buckets: { start, import_cost, export_earned, total_cost },
  } as unknown as Cost;
}

export function somePrices(period: string, prices: readonly (number | null)[]): Prices {
  const from_ms = Date.parse(`${period}T00:00:00+03:00`);
  const start = prices.map(
    (_, i) => `${new Date(from_ms + 10_800_000 + i * 900_000).toISOString().slice(0, 19)}+03:00`,
  );
  return {
    period,
    currency: 'EUR',
    complete_until: null,
    start,
    spot: prices,
    import_price: prices,
    export_price: prices,
  } as unknown as Prices;
}
