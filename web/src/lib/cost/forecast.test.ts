import { describe, expect, it } from 'vitest';
import { bandOf, type DayCost } from './forecast';

/** From a Monday on. */
const days = (count: number, cost: (i: number) => number): DayCost[] =>
  Array.from({ length: count }, (_, i) => ({
    date: new Date(Date.UTC(2026, 1, 2 + i)).toISOString().slice(0, 10),
    cost: cost(i),
  }));
const ahead = ['2026-03-02', '2026-03-03'];

describe('what a month will come to', () => {
  it('is not told from less than a week', () => {
    expect(
      bandOf(
        10,
        days(6, () => 1),
        ahead,
        1,
      ),
    ).toBeNull();
  });

  it('of days that are all alike is their sum, give or take the drift', () => {
    const band = bandOf(
      10,
      days(28, () => 5),
      ahead,
      0.5,
    );
    expect(band?.low).toBeCloseTo(10 + 7.5 - 0.12 * 7.5, 9);
    expect(band?.high).toBeCloseTo(10 + 7.5 + 0.12 * 7.5, 9);
  });

  it('goes by the same weekdays of the last four weeks, and widens with their spread', () => {
    // Mondays cost 14, all else 0; before that everything cost 1000.
    const past = [
      ...days(7, () => 1000).map((one) => ({ ...one, date: '2026-01-05' })),
      ...days(28, (i) => (i % 7 === 0 ? 14 : 0)),
    ];
    const monday = bandOf(0, past, ['2026-03-02'], 1);
    const tuesday = bandOf(0, past, ['2026-03-03'], 1);
    const middle = (band: { low: number; high: number } | null): number =>
      ((band?.low ?? 0) + (band?.high ?? 0)) / 2;
    expect(middle(monday)).toBeCloseTo(14, 9);
    expect(middle(tuesday)).toBeCloseTo(0, 9);
    const spread = Math.sqrt((4 * 12 ** 2 + 24 * 2 ** 2) / 27);
    expect((tuesday?.high ?? 0) - middle(tuesday)).toBeCloseTo(1.28 * spread * Math.sqrt(5), 9);
  });

  it('of a weekday that is not known is the mean', () => {
    const weekdays = days(8, () => 2).filter((_, i) => i !== 5 && i !== 6);
    const past = [...weekdays, { date: '2026-02-10', cost: 2 }];
    const band = bandOf(0, past, ['2026-03-01'], 1);
    expect(((band?.low ?? 0) + (band?.high ?? 0)) / 2).toBeCloseTo(2, 9);
  });

  it('with nothing ahead is what is known', () => {
    expect(
      bandOf(
        7,
        days(28, (i) => i),
        [],
        0,
      ),
    ).toEqual({ low: 7, high: 7 });
  });
});
