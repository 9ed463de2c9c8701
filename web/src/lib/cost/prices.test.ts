import { describe, expect, it } from 'vitest';
import type { Prices } from '../wire';
import { cheapest, levelOf, meanOf, quarterAt, QUARTER_MS, quartersOf, varies } from './prices';

const FROM = Date.parse('2026-04-23T00:00:00+03:00');

function answer(prices: readonly (number | null)[], from_ms = FROM): Prices {
  const start = prices.map((_, i) => new Date(from_ms + i * QUARTER_MS).toISOString());
  return { start, import_price: prices, export_price: [0.01] } as unknown as Prices;
}
const day = (...prices: (number | null)[]) => quartersOf([answer(prices)]);

describe('quarters', () => {
  it('are those that have a price, of all answers, each once', () => {
    const found = quartersOf([answer([0.1, null, 0.3]), null, answer([0.5], FROM - QUARTER_MS)]);
    expect(found.map(({ price, earns }) => [price, earns])).toEqual([
      [0.5, 0.01],
      [0.1, 0.01],
      [0.3, null],
    ]);
    expect(quartersOf([answer([0.1]), answer([0.1])])).toHaveLength(1);
  });

  it('hold from their start to before the next', () => {
    const two = day(0.1, 0.2);
    expect(quarterAt(two, FROM + QUARTER_MS - 1)?.price).toBe(0.1);
    expect(quarterAt(two, FROM + QUARTER_MS)?.price).toBe(0.2);
    expect(quarterAt(two, FROM + 2 * QUARTER_MS)).toBeNull();
    expect(meanOf(two)).toBeCloseTo(0.15, 12);
  });
});

describe('a price beside the others', () => {
  it.each([
    [0.05, 'cheap'],
    [0.1, 'usual'],
    [0.115, 'usual'],
    [0.12, 'dear'],
    [-0.001, 'negative'],
  ])('%d is %s', (price, level) => {
    expect(levelOf(price, day(0.05, 0.15))).toBe(level);
  });

  it('is usual where nothing varies', () => {
    const plain = day(0.1, 0.104);
    expect(varies(plain)).toBe(false);
    expect(levelOf(0.01, plain)).toBe('usual');
    expect(varies(day(0.1, 0.106))).toBe(true);
  });
});

describe('the cheapest hours', () => {
  const hour = (price: number): number[] => [price, price, price, price];

  it('are in a row, from the running quarter on, the first of equals', () => {
    const all = day(...hour(0), ...hour(3), ...hour(1), ...hour(1), ...hour(2));
    expect(cheapest(all, 1, FROM)?.price).toBe(0);
    const later = FROM + 2 * QUARTER_MS;
    expect(cheapest(all, 1, later)?.from.from_ms).toBe(FROM + 8 * QUARTER_MS);
    const two = cheapest(all, 2, later);
    expect([two?.price, two?.from.from_ms, two?.to.to_ms]).toEqual([
      1,
      FROM + 8 * QUARTER_MS,
      FROM + 16 * QUARTER_MS,
    ]);
    expect(cheapest(all, 6, FROM)).toBeNull();
  });

  it('have no gap in them', () => {
    expect(cheapest(day(1, 1, null, 1, 1), 1, FROM)).toBeNull();
  });
});
