import { describe, expect, it } from 'vitest';
import { partOf, pinched } from './stretch';

const DAY = { from: 0, to: 1000 };

describe('a part of a day', () => {
  it('keeps inside the day and its length', () => {
    expect(partOf(DAY, { from: 900, to: 1100 }, 100)).toEqual({ from: 800, to: 1000 });
    expect(partOf(DAY, { from: -50, to: 150 }, 100)).toEqual({ from: 0, to: 200 });
  });

  it('is never shorter than the shortest, nor anything but the whole when as long', () => {
    expect(partOf(DAY, { from: 500, to: 510 }, 100)).toEqual({ from: 500, to: 600 });
    expect(partOf(DAY, { from: -5, to: 1200 }, 100)).toBeNull();
  });
});

it('keeps under two fingers what was under them', () => {
  const view = pinched(DAY, [25, 75], [0, 100], 100);
  expect(view).toEqual({ from: 250, to: 750 });
});
