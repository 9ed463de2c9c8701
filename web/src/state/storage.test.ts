import { expect, it, vi } from 'vitest';
import { keep, kept } from './storage';

it('keeps what is kept, and forgets what is null', () => {
  keep('a', { b: [1] });
  expect(localStorage.getItem('wattledger.a')).toBe('{"b":[1]}');
  expect(kept('a')).toEqual({ b: [1] });
  keep('a', null);
  expect(kept('a')).toBeNull();
});

it('is no trouble where nothing can be kept, or what was kept is broken', () => {
  vi.stubGlobal('localStorage', {
    getItem: () => '{',
    setItem: () => {
      throw new DOMException('full', 'QuotaExceededError');
    },
  });
  expect(() => {
    keep('a', 1);
  }).not.toThrow();
  expect(kept('a')).toBeNull();
});
