import { describe, expect, it } from 'vitest';
import { causeOf, isFromApi, refusalOf } from './problems';

const problem = (status: number, body: unknown, headers: Record<string, string> = {}): Response =>
  new Response(typeof body === 'string' ? body : JSON.stringify(body), { status, headers });

describe('why the server can’t answer', () => {
  it.each([
    [401, '/problems/unauthorized', 'unpaired'],
    [403, '/problems/foreign-host', 'foreign-host'],
    [403, '/problems/foreign-page', 'foreign-page'],
    [403, '/problems/wrong-code', 'wrong-code'],
    [409, '/problems/no-pairing', 'no-pairing'],
    [429, '/problems/too-many-tries', 'too-many-tries'],
    [422, '/problems/in-future', 'in-future'],
    [422, '/problems/bad-period', 'no-such-period'],
    [422, '/problems/too-many-buckets', 'failed'],
    [503, '/problems/busy', 'busy'],
    [503, '/problems/no-home', 'no-home'],
    [503, '/problems/store-damaged', 'busy'],
    [500, '/problems/internal', 'failed'],
    [403, '/problems/of-a-newer-server', 'failed'],
    [403, '/problems/constructor', 'failed'],
  ])('%d %s: %s', (status, type, cause) => {
    expect(causeOf({ status, type })).toBe(cause);
  });

  it.each([
    [200, 'barred'],
    [401, 'barred'],
    [403, 'barred'],
    [429, 'failed'],
    [404, 'failed'],
    [500, 'failed'],
    [502, 'gone'],
    [503, 'gone'],
    [504, 'gone'],
    [522, 'gone'],
  ])('%d of something on the way: %s', (status, cause) => {
    expect(causeOf({ status, type: '' })).toBe(cause);
  });
});

describe('reading the answer', () => {
  it('takes a page for something on the way', () => {
    const page = problem(200, '<form>', { 'Content-Type': 'text/html; charset=utf-8' });
    expect(isFromApi(page)).toBe(false);
    expect(isFromApi(problem(200, '{}', { 'Content-Type': 'application/json' }))).toBe(true);
    expect(isFromApi(problem(200, '', { 'Content-Type': 'text/event-stream' }))).toBe(true);
    expect(isFromApi(problem(503, '{}'))).toBe(false);
  });

  it('takes our problems as they are', async () => {
    const body = { type: '/problems/too-many-tries', title: 'Too many', detail: 'in 30 s' };
    expect(await refusalOf(problem(429, body, { 'Retry-After': '30' }))).toEqual({
      status: 429,
      type: '/problems/too-many-tries',
      detail: 'in 30 s',
      retryAfter_s: 30,
    });
  });

  it.each(['<html>Bad gateway</html>', '', 'null', '[]', '{"type":"about:blank"}', '{"type":5}'])(
    'takes %j for none of ours',
    async (body) => {
      expect((await refusalOf(problem(403, body))).type).toBe('');
    },
  );
});
