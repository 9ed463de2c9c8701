import { describe, expect, it } from 'vitest';
import { basesOf } from './bases';

describe('where the app may stand', () => {
  it.each([
    ['/', '/'],
    ['/meters', '/'],
    ['/history', '/'],
    ['/history/', '/'],
    ['/history/2026-03', '/'],
    ['/settings/https', '/'],
    ['/bill/2026-03', '/'],
    ['/wattledger/bill/2026-03', '/wattledger/'],
    ['/history/2026-03/cost', '/'],
    ['/pair', '/'],
    ['/wattledger/', '/wattledger/'],
    ['/wattledger/history', '/wattledger/'],
    ['/wattledger/history/2026-03', '/wattledger/'],
    ['/wattledger/settings/https', '/wattledger/'],
    ['/home/energy/meters', '/home/energy/'],
    ['/history/history/2026-03', '/history/'],
  ])('%s: first %s', (address, base) => {
    expect(basesOf(address)[0]).toBe(base);
  });

  it.each([
    ['/cellar/door', ['/cellar/', '/', '/cellar/door/']],
    ['/wattledger', ['/', '/wattledger/']],
    ['/meters/', ['/', '/meters/']],
    [
      '/wattledger/cellar/door',
      ['/wattledger/cellar/', '/wattledger/', '/', '/wattledger/cellar/door/'],
    ],
  ])('%s: %j', (address, bases) => {
    expect(basesOf(address)).toEqual(bases);
  });
});
