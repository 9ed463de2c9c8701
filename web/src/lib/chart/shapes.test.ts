import { describe, expect, it } from 'vitest';
import { linesUpTo, scaleOf, scaleUpTo } from './scale';
import { roomFor, stepArea, stepLine } from './shapes';

interface PowerSlot {
  from: number;
  to: number;
  home: number | null;
}

/** Slots of 10 px each, at these heights; null for unknown. */
const slotsOf = (...values: (number | null)[]): PowerSlot[] =>
  values.map((home, i) => ({ from: i * 10, to: i * 10 + 10, home }));
const home = (slot: PowerSlot): number | null => slot.home;
const zero = (): number => 0;
const x = (at: number): number => at;
const y = (value: number): number => 100 - value;

describe('a line', () => {
  it('holds each mean for its whole slot', () => {
    expect(stepLine(slotsOf(10, 20), home, x, y)).toBe('M0 90V90H10V80H20');
  });

  it('is cut where nothing is known, and where slots do not touch', () => {
    expect(stepLine(slotsOf(10, null, 20.06), home, x, y)).toBe('M0 90V90H10M20 79.9V79.9H30');
    const apart = [...slotsOf(10), { ...slotsOf(10)[0], from: 50, to: 60 } as PowerSlot];
    expect(stepLine(apart, home, x, y)).toBe('M0 90V90H10M50 90V90H60');
    expect(stepLine([], home, x, y)).toBe('');
  });
});

describe('an area', () => {
  it('goes there along the top and back along the foot', () => {
    expect(stepArea(slotsOf(10, 20), zero, home, x, y)).toBe('M0 100V90H10V80H20V100H10V100H0Z');
  });

  it('is never upside down', () => {
    expect(stepArea(slotsOf(10), () => 30, home, x, y)).toBe('M0 70V70H10V70H0Z');
    expect(stepArea(slotsOf(null), zero, home, x, y)).toBe('');
  });
});

describe('the room for a word', () => {
  it('is where there is most of it, in its middle', () => {
    const slots = slotsOf(10, 10, 50, 60, 10);
    expect(roomFor(20, 20, slots, zero, home, x, y)).toEqual({ x: 30, y: 75 });
  });

  it('is nowhere where it is too low, too narrow or unknown', () => {
    expect(roomFor(20, 20, slotsOf(10, 10, 10), zero, home, x, y)).toBeNull();
    expect(roomFor(20, 20, slotsOf(50, null, 50), zero, home, x, y)).toBeNull();
    expect(roomFor(20, 20, slotsOf(50, 0, 50), zero, home, x, y)).toBeNull();
    expect(roomFor(20, 20, slotsOf(50, 50), () => null, home, x, y)).toBeNull();
  });
});

describe('a scale', () => {
  it('ends on a line where most of the way to it is drawn in, else a little above what is drawn', () => {
    expect(scaleOf(1.8, 0)).toEqual({ top: 2, bottom: 0, lines: [0, 0.5, 1, 1.5, 2] });
    expect(scaleOf(2, 0).top).toBe(2);
    expect(scaleOf(2.1, 0)).toMatchObject({ top: 2.16, lines: [0, 0.5, 1, 1.5, 2] });
    expect(scaleOf(10, 30)).toEqual({ top: 10, bottom: 30, lines: [-30, -20, -10, 0, 10] });
    expect(scaleOf(0, 0)).toEqual({ top: 1, bottom: 0, lines: [0] });
    expect(scaleOf(0.006, 0.004).lines).toEqual([0]);
    expect(scaleOf(0.006, 0.005)).toMatchObject({ top: 0.006, bottom: 0.00524 });
  });

  it('of powers goes to the next line', () => {
    expect(linesUpTo(-1)).toEqual([0]);
    expect(scaleUpTo(0)).toEqual({ top: 1, bottom: 0, lines: [0] });
    expect(scaleUpTo(2.1)).toMatchObject({ top: 2.5, bottom: 0 });
    expect(linesUpTo(2)).toEqual([0, 0.5, 1, 1.5, 2]);
    expect(linesUpTo(2.1)).toEqual([0, 0.5, 1, 1.5, 2, 2.5]);
  });
});
