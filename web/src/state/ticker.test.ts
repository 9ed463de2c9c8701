import { beforeEach, expect, it, vi } from 'vitest';
import { Ticker } from './ticker.svelte';

beforeEach(() => {
  localStorage.clear();
  vi.useFakeTimers({ now: Date.parse('2026-04-23T10:00:00Z') });
  return () => vi.useRealTimers();
});

it('ticks once a second while it is started, and tells of each new minute', () => {
  const ticker = new Ticker();
  let minutes = 0;
  ticker.minute.on(() => (minutes += 1));
  ticker.start();
  vi.advanceTimersByTime(59_000);
  expect([new Date(ticker.now_ms).toISOString(), minutes]).toEqual(['2026-04-23T10:00:59.000Z', 0]);
  vi.advanceTimersByTime(61_000);
  expect(minutes).toBe(2);
  ticker.stop();
  vi.advanceTimersByTime(600_000);
  expect(minutes).toBe(2);
  expect(ticker.moment_ms()).toBe(Date.parse('2026-04-23T10:12:00Z'));
  ticker.start();
  expect(minutes).toBe(3);
  ticker.stop();
});

it('goes by the server’s clock, and remembers by how much that is ahead', () => {
  const ticker = new Ticker();
  const server_ms = Date.parse('2026-04-23T13:00:00Z');
  ticker.heard(server_ms);
  expect(ticker.now_ms).toBe(server_ms);
  expect(localStorage.getItem('wattledger.clock-ahead')).toBe('10800000');
  // A difference of the line alone moves nothing and is not kept.
  ticker.heard(server_ms + 700);
  expect([ticker.now_ms, localStorage.getItem('wattledger.clock-ahead')]).toEqual([
    server_ms,
    '10800000',
  ]);
  expect(new Ticker().now_ms).toBe(server_ms);
});

it('takes the date of an answer before it has heard the server', () => {
  const ticker = new Ticker();
  const date = (text: string, cache: string): Headers =>
    new Headers({ Date: text, 'Cache-Control': cache });
  ticker.answered(date('Thu, 23 Apr 2026 13:00:00 GMT', 'private, max-age=86400'));
  expect(ticker.now_ms).toBe(Date.parse('2026-04-23T10:00:00Z'));
  ticker.answered(date('Thu, 23 Apr 2026 13:00:00 GMT', 'no-store'));
  expect(ticker.now_ms).toBe(Date.parse('2026-04-23T13:00:00Z'));
});
