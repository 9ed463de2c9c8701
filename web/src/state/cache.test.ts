import { afterEach, expect, it, vi } from 'vitest';
import { aDay } from '../testing/answers';
import { cacheAnswer, cachedAnswer } from './cache';

afterEach(() => {
  vi.resetModules();
});

const until = (isSo: () => Promise<boolean>): Promise<unknown> =>
  vi.waitUntil(isSo, { timeout: 20_000, interval: 1 });

it('gives back what was put in, and null for what was not', async () => {
  const energy = aDay('2026-04-22');
  await cacheAnswer('2026-04-22', { energy, saved_ms: 7 });
  expect(await cachedAnswer('2026-04-22')).toEqual({ energy, saved_ms: 7 });
  expect(await cachedAnswer('2026-04-21')).toBeNull();
});

it('holds 120 answers: the oldest goes first', async () => {
  const energy = aDay('2026-04-22', 1);
  for (let i = 0; i < 122; i += 1) {
    await cacheAnswer(`answer ${String(i)}`, { energy, saved_ms: 1_000 + i });
  }
  await until(async () => (await cachedAnswer('answer 1')) === null);
  expect(await cachedAnswer('answer 0')).toBeNull();
  expect(await cachedAnswer('answer 2')).not.toBeNull();
  expect(await cachedAnswer('answer 121')).not.toBeNull();
});

it('is empty on a phone that keeps nothing', async () => {
  vi.resetModules();
  vi.stubGlobal('indexedDB', {
    open: () => {
      throw new DOMException('private', 'SecurityError');
    },
  });
  const alone = await import('./cache');
  await alone.cacheAnswer('a', { energy: aDay('2026-04-22', 1), saved_ms: 1 });
  expect(await alone.cachedAnswer('a')).toBeNull();
});

it('is empty where the phone opens no database', async () => {
  vi.resetModules();
  const request: { onerror?: () => void; error: null } = { error: null };
  vi.stubGlobal('indexedDB', {
    open: () => {
      queueMicrotask(() => request.onerror?.());
      return request;
    },
  });
  const alone = await import('./cache');
  expect(await alone.cachedAnswer('a')).toBeNull();
});
