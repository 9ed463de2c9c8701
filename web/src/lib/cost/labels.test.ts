import { describe, expect, it } from 'vitest';
import { aCost } from '../../testing/costs';
import type { Cost } from '../wire';
import { moneyPicture } from './bars';
import { axisAmount, axisName, longName } from './labels';

function by(resolution: Cost['resolution'], start: string[], end: string): Cost {
  const cost = aCost('x', { total_cost: start.map(() => 1) });
  return { ...cost, resolution, end, buckets: { ...cost.buckets, start } };
}
const DAY = ['2026-03-02T00:00:00+02:00', '2026-03-03T00:00:00+02:00'];

describe('under the axis', () => {
  it.each([
    ['hour', ['2026-03-02T06:00:00+02:00', '2026-03-02T07:00:00+02:00'], ['06', '']],
    ['quarter', ['2026-03-02T12:00:00+02:00', '2026-03-02T12:15:00+02:00'], ['12', '']],
    ['minute', ['2026-03-02T18:00:00+02:00', '2026-03-02T18:01:00+02:00'], ['18', '']],
    ['month', ['2026-03-01T00:00:00+02:00'], ['J']],
    ['year', ['2026-01-01T00:00:00+02:00'], ['2026']],
  ] as const)('of %s', (resolution, start, names) => {
    const cost = by(resolution, [...start], '2027-01-01T00:00:00+02:00');
    expect(start.map((_, i) => axisName(cost, i, 'en'))).toEqual(names);
  });

  it('a week has its weekdays, a month every seventh day, also those to come', () => {
    const week = { ...by('day', DAY, '2026-03-09T00:00:00+02:00'), start: DAY[0] ?? '' };
    expect([0, 1, 6].map((i) => axisName(week, i, 'en'))).toEqual(['Mon', 'Tue', 'Sun']);
    const month = {
      ...by('day', DAY.slice(0, 1), '2026-04-01T00:00:00+03:00'),
      start: '2026-03-01T00:00:00+02:00',
    };
    expect([0, 1, 7, 28].map((i) => axisName(month, i, 'en'))).toEqual(['1', '', '8', '29']);
  });

  it('the hours of a day that are still to come, by the clock on the wall', () => {
    const start = '2026-03-29T00:00:00+02:00';
    const day = {
      ...by('quarter', [start], '2026-03-30T00:00:00+03:00'),
      start,
      time_zone: 'Europe/Helsinki',
    };
    const names = Array.from({ length: 92 }, (_, i) => axisName(day, i, 'en'));
    expect(names.flatMap((name, i) => (name ? [[i, name]] : []))).toEqual([
      [0, '00'],
      [20, '06'],
      [44, '12'],
      [68, '18'],
    ]);
  });

  it('the months of a year that are still to come', () => {
    const start = '2026-01-01T00:00:00+02:00';
    const year = { ...by('month', [start], '2027-01-01T00:00:00+02:00'), start };
    expect([0, 2, 11].map((i) => axisName(year, i, 'en'))).toEqual(['J', 'M', 'D']);
  });
});

describe('in a sentence', () => {
  it.each([
    ['minute', '12:15'],
    ['quarter', '12:15'],
    ['hour', '12:15'],
    ['day', 'Mon 2 Mar'],
    ['month', 'March 2026'],
    ['year', '2026'],
  ] as const)('of %s', (resolution, name) => {
    const start = '2026-03-02T12:15:00+02:00';
    expect(longName(by(resolution, [start], start), start, '2026', 'en')).toBe(name);
  });
});

describe('an amount on the axis', () => {
  it('zero is only that', () => {
    const picture = moneyPicture(aCost('x', { import_cost: [0.02], total_cost: [0.02] }), 1);
    expect(axisAmount(picture, 0, { locale: 'en' })).toBe('0');
  });

  it.each([
    [0.05, '\u22120.05'],
    [0.5, '\u22120.1'],
    [0.02, '\u22120.050'],
    [30, '0'],
  ])('has the decimals that a step up to %s needs', (top, text) => {
    const picture = moneyPicture(aCost('x', { import_cost: [top], total_cost: [top] }), 1);
    expect(axisAmount(picture, -0.05, { locale: 'en' })).toBe(text);
  });
});
