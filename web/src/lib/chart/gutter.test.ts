import { describe, expect, it } from 'vitest';
import { gutterOf_px } from './gutter';

describe('the room beside a chart', () => {
  it.each([
    [['0', '10', '20'], '', 30],
    [['0', '0.5'], 'sold', 32],
    [['0', '10'], 'myyty', 39],
    [['0.05', '0', '\u22120.05'], '', 42],
    [['2000'], '', 35],
    [[], '', 30],
  ])('of %j and “%s” is %d px', (numbers, word, px) => {
    expect(gutterOf_px(numbers, word)).toBe(px);
  });
});
