import { describe, expect, it } from 'vitest';
import { placeOf, type BarBox } from './runningword';

const FRAME = { width: 300, height: 200 };
const LONG = 80;
/** Bars of 20 px around zero at 100, 30 px apart: how high, how deep. */
const bars = (...sizes: [up: number, down: number][]): BarBox[] =>
  sizes.map(([up, down], i) => ({
    left: 30 * i,
    right: 30 * i + 20,
    top: 100 - up,
    foot: 100 + down,
  }));

describe('the word on the running bar', () => {
  it('stands at the foot, to the right where there is room', () => {
    const place = placeOf(bars([50, 90], [20, 10]), 1, LONG, FRAME);
    expect(place).toMatchObject({ anchor: 'start', x: 48, y: 195, leader: [114, 196] });
  });

  it('or to the left', () => {
    const sizes = Array.from({ length: 10 }, (): [number, number] => [20, 10]);
    expect(placeOf(bars(...sizes), 9, LONG, FRAME)).toMatchObject({ anchor: 'end', x: 272 });
  });

  it('else above, as near as no bar is under it', () => {
    const deep = placeOf(bars([90, 95], [90, 95], [30, 95]), 2, LONG, FRAME);
    expect(deep).toMatchObject({ anchor: 'start', x: 60, y: 64, leader: [67, 67] });
    const narrow = { ...FRAME, width: 115 };
    const high = placeOf(bars([50, 95], [90, 95], [30, 95]), 2, LONG, narrow);
    expect(high).toMatchObject({ anchor: 'middle', y: 4, leader: [7, 67] });
  });

  it('or nowhere', () => {
    expect(placeOf(bars([50, 95]), 0, LONG, { ...FRAME, width: 60 })).toBeNull();
    expect(placeOf(bars([50, 95]), -1, LONG, FRAME)).toBeNull();
  });
});
