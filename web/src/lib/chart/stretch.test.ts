import { describe, expect, it } from 'vitest';
import type { BarPicture, PowerPicture } from './picture';
import { partOf, pinched, slotAt } from './stretch';

const DAY = { from: 0, to: 1000 };

describe('a part of a day', () => {
  it('keeps inside the day and its length', () => {
    expect(partOf(DAY, { from: 900, to: 1100 }, 100)).toEqual({ from: 800, to: 1000 });
    expect(partOf(DAY, { from: -50, to: 150 }, 100)).toEqual({ from: 0, to: 200 });
    expect(partOf(DAY, { from: 300, to: 500 }, 100)).toEqual({ from: 300, to: 500 });
  });

  it('is never shorter than the shortest, nor anything but the whole when as long', () => {
    expect(partOf(DAY, { from: 500, to: 510 }, 100)).toEqual({ from: 500, to: 600 });
    expect(partOf(DAY, { from: -5, to: 1200 }, 100)).toBeNull();
    expect(partOf(DAY, { from: 0, to: 1000 }, 100)).toBeNull();
    expect(partOf(DAY, { from: 0, to: 999 }, 100)).toEqual({ from: 0, to: 999 });
  });

  it('counts from where the day begins', () => {
    const day = { from: 5000, to: 6000 };
    expect(partOf(day, { from: 5900, to: 6100 }, 100)).toEqual({ from: 5800, to: 6000 });
    expect(partOf(day, { from: 4000, to: 4100 }, 100)).toEqual({ from: 5000, to: 5100 });
  });
});

describe('under two fingers', () => {
  it('keeps what was under them', () => {
    expect(pinched(DAY, [25, 75], [0, 100], 100)).toEqual({ from: 250, to: 750 });
    expect(pinched({ from: 200, to: 400 }, [0, 50], [0, 100], 100)).toEqual({ from: 200, to: 300 });
  });

  it('moves with them where they keep their distance', () => {
    expect(pinched(DAY, [25, 75], [35, 85], 100)).toEqual({ from: -100, to: 900 });
  });

  it('counts fingers that meet as 24 px apart', () => {
    const { from, to } = pinched(DAY, [30, 60], [45, 46], 100);
    expect(to - from).toBeCloseTo((300 / 24) * 100);
  });
});

const bars = (...starts: (string | null)[]): BarPicture =>
  ({ kind: 'bars', slots: starts.map((start) => ({ start })) }) as unknown as BarPicture;
const power = (...edges: number[]): PowerPicture =>
  ({
    kind: 'power',
    slots: edges.slice(1).map((to, i) => ({ from: edges[i], to })),
  }) as unknown as PowerPicture;

describe('the slot under a finger', () => {
  it('of bars is that of its share of the width', () => {
    const picture = bars('a', 'b', 'c', null);
    const at = [0, 24.9, 25, 74, 75].map((px) => slotAt(px, 100, picture, DAY));
    expect(at).toEqual([0, 0, 1, 2, null]);
  });

  it('is inside, also where the finger is not', () => {
    expect(slotAt(-40, 100, bars('a', 'b'), DAY)).toBe(0);
    expect(slotAt(140, 100, bars('a', 'b'), DAY)).toBe(1);
    expect(slotAt(100, 100, bars('a', 'b'), DAY)).toBe(1);
  });

  it('of a day is that of the moment, in the part that is shown', () => {
    const picture = power(0, 250, 500, 750);
    expect([0, 24, 25, 60].map((px) => slotAt(px, 100, picture, DAY))).toEqual([0, 0, 1, 2]);
    const part = { from: 400, to: 600 };
    expect([0, 49, 50, 99].map((px) => slotAt(px, 100, picture, part))).toEqual([1, 1, 2, 2]);
  });

  it('past now is the newest, before the first the first', () => {
    expect(slotAt(90, 100, power(0, 250, 500), DAY)).toBe(1);
    expect(slotAt(10, 100, power(400, 500, 600), DAY)).toBe(0);
    expect(slotAt(55, 100, power(400, 500, 600), DAY)).toBe(1);
  });

  it('is none where there are none', () => {
    expect(slotAt(10, 100, power(0), DAY)).toBeNull();
    expect(slotAt(10, 100, bars(), DAY)).toBeNull();
  });
});
