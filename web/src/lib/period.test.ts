import { describe, expect, it } from 'vitest';
import { kindOf, periodOf } from './period';

describe('the text of a period', () => {
  it.each([
    ['today', 'day'],
    ['2026-04-22', 'day'],
    ['this-week', 'week'],
    ['2026-W17', 'week'],
    ['2026-04', 'month'],
    ['2026', 'year'],
    ['all', 'all'],
  ] as const)('%s is a %s', (period, kind) => {
    expect(kindOf(period)).toBe(kind);
  });

  it('of what holds a day is the beginning of its text', () => {
    expect(periodOf('month', '2026-04-22')).toBe('2026-04');
    expect(periodOf('year', '2026-04-22')).toBe('2026');
    expect(periodOf('all', '2026-04-22')).toBe('all');
  });
});
