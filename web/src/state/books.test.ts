import { beforeEach, describe, expect, it, vi } from 'vitest';
import { aDay, TOTALS } from '../testing/answers';
import { PretendServer, until } from '../testing/server';
import { ApiClient } from './apiClient.svelte';
import { Books, isClosed, minutesBetween } from './books.svelte';
import { cacheAnswer } from './cache';
import { Ticker } from './ticker.svelte';

let server: PretendServer;
let books: Books;
const YESTERDAY = '2026-04-22';

beforeEach(() => {
  localStorage.clear();
  server = new PretendServer();
  const ticker = new Ticker();
  books = new Books(new ApiClient(ticker), ticker);
});

describe('an answer', () => {
  it('is asked for once, and known by both of its names', async () => {
    const energy = aDay('2026-04-23', 10, { next: null });
    server.says('/energy/today', energy);
    await Promise.all([books.ask('today'), books.ask('today')]);
    expect(server.asked).toEqual(['/energy/today']);
    expect(books.entry('today')).toMatchObject({ energy, old: false, fault: null });
    expect(books.entry('2026-04-23').energy).toEqual(energy);
  });

  it('of a day that was the running one is asked for once more when another is', async () => {
    server.says('/energy/today', aDay(YESTERDAY, 14, { next: null }));
    await books.ask('today');
    server.says('/energy/today', aDay('2026-04-23', 20, { next: null, previous: YESTERDAY }));
    server.says(`/energy/${YESTERDAY}`, aDay(YESTERDAY));
    await books.ask('today');
    expect(books.entry(YESTERDAY).energy).toBeNull();
    books.prefetch(YESTERDAY);
    await until(() => books.entry(YESTERDAY).energy?.buckets.start.length === 96);
    await books.ask('today');
    books.prefetch(YESTERDAY);
    expect(server.asked.filter((path) => path.endsWith(YESTERDAY))).toHaveLength(1);
  });

  it('that can’t change any more is not asked for again', async () => {
    server.says(`/energy/${YESTERDAY}`, aDay(YESTERDAY));
    await books.want(YESTERDAY);
    await books.want(YESTERDAY);
    books.prefetch(YESTERDAY);
    books.prefetch(null);
    expect(server.asked).toHaveLength(1);
    const open = { ...TOTALS, coverage_pct: 99.9 };
    expect(isClosed(aDay(YESTERDAY))).toBe(true);
    expect(isClosed(aDay(YESTERDAY, 24, { totals: open }))).toBe(false);
    expect(isClosed(aDay(YESTERDAY, 24, { next: null }))).toBe(false);
  });

  it('that may have changed is, but not twice in a moment', async () => {
    const open = aDay(YESTERDAY, 24, { totals: { ...TOTALS, coverage_pct: 50 } });
    server.says(`/energy/${YESTERDAY}`, open);
    await books.want(YESTERDAY);
    await books.want(YESTERDAY);
    expect(server.asked).toHaveLength(2);
    await books.askAnew(YESTERDAY);
    expect(server.asked).toHaveLength(2);
    const later = Date.now() + 2_000;
    vi.spyOn(Date, 'now').mockReturnValue(later);
    await books.askAnew(YESTERDAY);
    expect(server.asked).toHaveLength(3);
  });

  it('of an earlier visit is shown until the server has spoken', async () => {
    const kept = aDay('2026-04-19');
    await cacheAnswer('2026-04-19', { energy: kept, saved_ms: 5 });
    let answer: (response: Response) => void = () => undefined;
    server.answers('/energy/2026-04-19', () => new Promise((resolve) => (answer = resolve)));
    const asked = books.ask('2026-04-19');
    await until(() => books.entry('2026-04-19').energy !== null);
    expect(books.entry('2026-04-19')).toMatchObject({ energy: kept, old: true, saved_ms: 5 });
    answer(Response.json(aDay('2026-04-19', 24, { source: 'mongodb' } as never)));
    await asked;
    expect(books.entry('2026-04-19')).toMatchObject({ old: false, energy: { source: 'mongodb' } });
  });

  it('of an earlier visit stays where the server is gone', async () => {
    await cacheAnswer('2026-04-18', { energy: aDay('2026-04-18'), saved_ms: 5 });
    server.isGone = true;
    await books.ask('2026-04-18');
    await until(() => books.entry('2026-04-18').energy !== null);
    expect(books.entry('2026-04-18')).toMatchObject({ old: true, fault: 'unreachable' });
  });
});

describe('no answer', () => {
  it.each([
    [404, '/problems/in-future', 'future'],
    [422, '/problems/bad-period', 'unknown'],
    [503, '/problems/store-damaged', 'busy'],
    [500, '/problems/other', 'failed'],
    [502, '', 'unreachable'],
  ])('%d %s is told as %s', async (status, type, fault) => {
    server.refuses('/energy/2031', status, type);
    await books.ask('2031');
    expect(books.entry('2031')).toEqual({ energy: null, saved_ms: 0, old: true, fault });
  });

  it('is told by the screen that pairs where the phone is not known', async () => {
    server.refuses('/energy/2031', 401, '/problems/unauthorized');
    await books.ask('2031');
    expect(books.entry('2031').fault).toBeNull();
  });
});

it('minutes are asked for by their edges', () => {
  expect(minutesBetween(0, 3_600_000)).toBe(
    '?from=1970-01-01T00%3A00%3A00.000Z&to=1970-01-01T01%3A00%3A00.000Z&resolution=minute',
  );
});

it('holds 80 answers: what was asked for longest ago goes', async () => {
  for (let i = 0; i < 81; i += 1) {
    const question = `?n=${String(i)}`;
    server.says(`/energy${question}`, { ...aDay(YESTERDAY, 1), period: null });
    await books.ask(question);
  }
  expect(books.entry('?n=0').energy).toBeNull();
  expect(books.entry('?n=1').energy).not.toBeNull();
});
