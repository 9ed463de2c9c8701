import { describe, expect, it } from 'vitest';
import {
  CURVE_MS,
  grown,
  joined,
  largest,
  minutesSeen,
  stretches,
  thinned,
  type Point,
} from './curve';
import { NO_POWERS, recentOf } from '../testing/nomore';

const point = (t: number, home: number | null): Point => ({ ...NO_POWERS, t, home });
const at = (t: number): string => new Date(t).toISOString();

describe('the curve of the last minutes', () => {
  it('grows at its end and forgets at its start', () => {
    const points = grown([point(0, 1), point(5_000, 2)], point(CURVE_MS + 1_000, 3));
    expect(points.map(({ t }) => t)).toEqual([5_000, CURVE_MS + 1_000]);
  });

  it('knows the largest of a flow, where one is known', () => {
    const points = [point(0, 300), point(1, null), point(2, 700), point(3, 500)];
    expect([largest(points, 'home'), largest(points, 'solar')]).toEqual([700, null]);
  });

  it('takes the points of the server and keeps those only this phone has', () => {
    const mine = [point(1_000, 1), point(2_000, 1), point(4_000, 9)];
    const theirs = recentOf({ at: [at(2_000), at(3_000)], home_w: [7, 8] });
    expect(joined(mine, theirs).map(({ t, home }) => [t, home])).toEqual([
      [1_000, 1],
      [2_000, 7],
      [3_000, 8],
      [4_000, 9],
    ]);
  });

  it('keeps a quarter of an hour to the millisecond, and nothing of the moment that came anew', () => {
    const old = [point(999, 1), point(1_000, 2), point(901_000, 3), point(902_000, 4)];
    expect(grown(old, point(901_000, 5)).map(({ t, home }) => [t, home])).toEqual([
      [1_000, 2],
      [901_000, 5],
    ]);
    const theirs = recentOf({ at: [at(901_000)], home_w: [7] });
    expect(joined(old, theirs).map(({ t, home }) => [t, home])).toEqual([
      [1_000, 2],
      [901_000, 7],
      [902_000, 4],
    ]);
  });

  it('stays as it is where the server knows nothing yet', () => {
    const mine = [point(1_000, 1)];
    expect(joined(mine, recentOf({ at: [] }))).toEqual(mine);
  });

  it('is kept by every so many of its points, from the first on', () => {
    const points = [0, 1, 2, 3, 4].map((t) => point(t, t));
    expect(thinned(points, 2).map(({ t }) => t)).toEqual([0, 2, 4]);
    expect(thinned(points, 3).map(({ t }) => t)).toEqual([0, 3]);
  });

  it.each([
    [5_000, 5_000, 1, []],
    // Cut, but too short for a hatch.
    [5_001, 5_001, 2, []],
    [10_000, 10_000, 2, []],
    [10_001, 10_001, 2, [[0, 10_001]]],
    [1_000, 11_000, 1, []],
    [1_000, 11_001, 1, [[1_000, 11_001]]],
  ])('with points at 0 and %i, up to %i, is %i pieces', (second, until, pieces, holes) => {
    const cut = stretches([point(0, 1), point(second, 2)], 'home', until);
    expect(cut.stretches).toHaveLength(pieces);
    expect(cut.holes.map(({ from, to }) => [from, to])).toEqual(holes);
  });

  it('has no hole where it never began', () => {
    expect(stretches([point(0, null)], 'home', 60_000)).toEqual({ stretches: [], holes: [] });
  });

  it('is cut where values are missing: a hole is never bridged', () => {
    const points = [point(0, 1), point(1_000, 2), point(2_000, null), point(20_000, 3)];
    const cut = stretches(points, 'home', 60_000);
    expect(cut.stretches.map((stretch) => stretch.points.length)).toEqual([2, 1]);
    expect(cut.holes).toEqual([
      { from: 1_000, to: 20_000 },
      { from: 20_000, to: 60_000 },
    ]);
  });
});

it('a clock that was set back leaves no way back in the curve: what came again counts', () => {
  const at = ['13:45:00', '13:45:10', '13:45:20', '13:45:05', '13:45:15'].map(
    (clock) => `2026-04-23T${clock}+03:00`,
  );
  const home_w = [100, 110, 120, 105, 115];
  const found = joined([], recentOf({ at, home_w }));
  expect(found.map(({ home }) => home)).toEqual([100, 105, 115]);
});

it.each([
  ['of nothing yet, the quarter of an hour that it will be', [], 900_000, 15],
  ['of a home that has just begun, a minute', [point(1_000, 2)], 1_000, 1],
  ['whole minutes of what is known', [point(0, null), point(1_000, 2)], 61_000, 1],
  ['whole minutes, the last one begun', [point(0, null), point(1_000, 2)], 61_001, 2],
  ['at most a quarter of an hour', [point(0, 2)], 900_001, 15],
])('is as wide as %s', (_, points, until, minutes) => {
  expect(minutesSeen(points, 'home', until)).toBe(minutes);
});
