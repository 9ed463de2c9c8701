/** Prices by the quarter: the one that holds now, what it is among its neighbours, and the cheapest hours. */
import type { Prices } from '../wire';

export interface Quarter {
  from_ms: number;
  to_ms: number;
  /** By the home's clock, as the server wrote it. */
  start: string;
  /** All-in, the currency per kWh. */
  price: number;
  /** What a sold kWh earns; null where nothing is paid for it. */
  earns: number | null;
}

export type Level = 'negative' | 'cheap' | 'usual' | 'dear';

export const QUARTER_MS = 900_000;
/** What differs by less from the mean is usual. */
const NEAR = 0.15;
/** A table of two tariffs alone is no market: below this spread nothing is cheap. */
const LEAST_SPREAD = 0.005;

/** The quarters of several answers that have a price, in order, each once. */
export function quartersOf(answers: readonly (Prices | null)[]): Quarter[] {
  const found = new Map<number, Quarter>();
  for (const answer of answers) {
    answer?.start.forEach((start, i) => {
      const price = answer.import_price[i] ?? null;
      if (price === null) return;
      const from_ms = Date.parse(start);
      const earns = answer.export_price[i] ?? null;
      found.set(from_ms, { from_ms, to_ms: from_ms + QUARTER_MS, start, price, earns });
    });
  }
  return [...found.values()].sort((one, other) => one.from_ms - other.from_ms);
}

export const quarterAt = (quarters: readonly Quarter[], at_ms: number): Quarter | null =>
  quarters.find(({ from_ms, to_ms }) => from_ms <= at_ms && at_ms < to_ms) ?? null;

export const meanOf = (quarters: readonly Quarter[]): number =>
  quarters.reduce((sum, { price }) => sum + price, 0) / quarters.length;

/** Whether there is something to choose by: prices that differ by half a cent. */
export function varies(quarters: readonly Quarter[]): boolean {
  const prices = quarters.map(({ price }) => price);
  return Math.max(...prices) - Math.min(...prices) >= LEAST_SPREAD;
}

/** Beside the mean of all that is known. */
export function levelOf(price: number, quarters: readonly Quarter[]): Level {
  if (price < 0) return 'negative';
  const mean = meanOf(quarters);
  if (!varies(quarters) || Math.abs(price - mean) <= NEAR * Math.abs(mean)) return 'usual';
  return price < mean ? 'cheap' : 'dear';
}

export interface Cheapest {
  from: Quarter;
  to: Quarter;
  price: number;
}

/** So many hours in a row that cost least, of those that have not begun before the running quarter; the first of equals. */
export function cheapest(
  quarters: readonly Quarter[],
  hours: number,
  now_ms: number,
): Cheapest | null {
  const ahead = quarters.filter(({ to_ms }) => to_ms > now_ms);
  const count = hours * 4;
  let best: Cheapest | null = null;
  for (let i = 0; i + count <= ahead.length; i += 1) {
    const run = ahead.slice(i, i + count);
    const from = run[0];
    const to = run[count - 1];
    if (!from || !to || to.to_ms - from.from_ms !== count * QUARTER_MS) continue;
    const price = meanOf(run);
    if (!best || price < best.price - 1e-12) best = { from, to, price };
  }
  return best;
}
