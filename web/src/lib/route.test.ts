import { describe, expect, it } from 'vitest';
import { pathOf, routeOf } from './route';

describe('the address', () => {
  it.each([
    ['/', { screen: 'now' }],
    ['/history', { screen: 'history', period: 'today' }],
    ['/history/2026-03', { screen: 'history', period: '2026-03' }],
    ['/history/2026-W47', { screen: 'history', period: '2026-W47' }],
    ['/history/2026-03/cost', { screen: 'history', period: '2026-03', isMoney: true }],
    ['/bill/2026-03', { screen: 'bill', month: '2026-03' }],
    ['/meters', { screen: 'meters' }],
    ['/settings', { screen: 'settings' }],
    ['/pair', { screen: 'pair' }],
    ['/settings/https', { screen: 'settings', part: 'https' }],
    ['/settings/home', { screen: 'settings', part: 'home' }],
  ] as const)('%s is a question and back', (path, route) => {
    expect(routeOf(path)).toEqual(route);
    expect(pathOf(route)).toBe(path);
  });

  it.each(['/what/ever', '/meters/roof', '/settings/nothing', '/bill/1/2', '/bill/%E0'])(
    '%s is nowhere',
    (path) => {
      expect(routeOf(path)).toEqual({ screen: 'nowhere', path });
      expect(pathOf(routeOf(path))).toBe(path);
    },
  );

  it('of a period is written as an address, whatever its text', () => {
    expect(pathOf({ screen: 'history', period: 'a b/c?' })).toBe('/history/a%20b%2Fc%3F');
    expect(pathOf({ screen: 'history', period: 'a/b', of: 'solar' })).toBe('/history/a%2Fb/solar');
    expect(routeOf('/history/a%20b%2Fc%3F')).toEqual({ screen: 'history', period: 'a b/c?' });
  });

  it('of a bill without a month is of this one', () => {
    expect(routeOf('/bill')).toEqual({ screen: 'bill', month: 'this-month' });
  });

  it('are nowhere when they are no text', () => {
    expect(routeOf('/history/%E0%A4%A')).toEqual({ screen: 'nowhere', path: '/history/%E0%A4%A' });
  });
});

it('a battery and a part of the home have addresses of their own', () => {
  const pump = { screen: 'history', period: '2026-03', of: 'load/heat pump 2.0/b' } as const;
  // With a slash at its end: what has a dot would be taken for a file.
  expect(pathOf(pump)).toBe('/history/2026-03/load/heat%20pump%202.0%2Fb/');
  expect(routeOf(pathOf(pump))).toEqual(pump);
  expect(routeOf('/history/2026-03/battery')).toMatchObject({ of: 'battery' });
  for (const path of ['/history/2026-03/load', '/history/2026-03/load/%E0', '/history/1/what']) {
    expect(routeOf(path).screen).toBe('nowhere');
  }
});
