import { describe, expect, it, vi } from 'vitest';
import { codeOf, codeOfHash, deviceName, takeCode } from './pairing';

const ANDROID = 'Mozilla/5.0 (Linux; Android 14; MODEL) AppleWebKit/537.36 Chrome/130.0 Mobile';

describe('a one-time code', () => {
  it.each(['7K2M-9QXD', '7k2m9qxd', ' 7k2m 9qxd ', '#7K2M-9QXD'])('is read from %j', (typed) => {
    expect(codeOf(typed)).toBe('7K2M-9QXD');
  });
  it('forgives letters that look like digits', () => {
    expect(codeOf('oO1i-lL23')).toBe('0011-1123');
  });
  it.each(['', '7K2M', '7K2M-9QXD-7', '7K2M-9QXU', '7K2M-9QXÄ'])('is not read from %j', (typed) => {
    expect(codeOf(typed)).toBeNull();
    expect(codeOfHash(`#${typed}`)).toBe('');
  });
});

describe('what a phone calls itself', () => {
  it.each([
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15', 'iPhone'],
    ['Mozilla/5.0 (iPad; CPU OS 12_5 like Mac OS X) AppleWebKit/605.1.15', 'iPad'],
    [ANDROID.replace('MODEL', 'Pixel 8'), 'Pixel 8'],
    [ANDROID.replace('MODEL', 'SM-S911B Build/UP1A.231005.007'), 'SM-S911B'],
    [ANDROID.replace('MODEL', 'K'), 'Android'],
    ['Mozilla/5.0 (Android 14; Mobile; rv:130.0) Gecko/130.0 Firefox/130.0', 'Android'],
    ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0', 'Linux'],
    ['curl/8', ''],
  ])('%s', (agent, name) => {
    expect(deviceName(agent)).toBe(name);
  });
});

describe('the code of an address', () => {
  it.each([
    ['#7k2m-9qxd', '7K2M-9QXD', 1],
    ['#elsewhere', '', 1],
    ['', '', 0],
  ])('%j: taken out of it, whatever the hash was', (hash, code, changes) => {
    location.pathname = '/pair';
    location.hash = hash;
    const replace = vi.spyOn(history, 'replaceState');
    expect(takeCode()).toBe(code);
    expect(replace.mock.calls).toEqual(Array(changes).fill([null, '', '/pair']));
  });
});
