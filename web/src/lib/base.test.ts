import { describe, expect, it } from 'vitest';
import { addressOf, keptName, pathIn } from './base';

const UNDER = '/wattledger/';

describe('where the app stands', () => {
  it.each([
    ['/', '/', '/wattledger/'],
    ['/meters', '/meters', '/wattledger/meters'],
    ['/history/2026-03', '/history/2026-03', '/wattledger/history/2026-03'],
    ['/api/v1/site', '/api/v1/site', '/wattledger/api/v1/site'],
  ])('%s', (path, atTop, underPrefix) => {
    expect(addressOf(path, '/')).toBe(atTop);
    expect(addressOf(path, UNDER)).toBe(underPrefix);
    expect(pathIn(atTop, '/')).toBe(path);
    expect(pathIn(underPrefix, UNDER)).toBe(path);
  });

  it('is the first screen without the last slash, too', () => {
    expect(pathIn('/wattledger', UNDER)).toBe('/');
  });

  it('leaves addresses elsewhere alone', () => {
    expect(pathIn('/wattledgers/meters', UNDER)).toBe('/wattledgers/meters');
  });

  it('keeps the memories of two homes on one host apart', () => {
    expect(keptName('theme', '/')).toBe('wattledger.theme');
    expect(keptName('theme', '/a/')).toBe('wattledger/a/theme');
    expect(keptName('theme', '/a/b/')).toBe('wattledger/a/b/theme');
  });
});
