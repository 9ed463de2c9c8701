import { beforeEach, describe, expect, it } from 'vitest';
import { PretendServer } from '../testing/server';
import { ApiClient, Failed, Refused, Unreachable } from './apiClient.svelte';
import { Ticker } from './ticker.svelte';

let server: PretendServer;
let api: ApiClient;

beforeEach(() => {
  localStorage.clear();
  server = new PretendServer();
  api = new ApiClient(new Ticker());
});
const headersOf = (i: number): Headers => new Headers(server.requests[i]?.headers);

describe('a question', () => {
  it('is answered, with the token where one was typed', async () => {
    server.says('/site', { name: 'Koivurinne' });
    expect(await api.json('/site')).toEqual({ name: 'Koivurinne' });
    expect(headersOf(0).get('Authorization')).toBeNull();
    expect(api.admitted).toBe(false);
    api.enter('  secret ');
    await api.json('/site');
    expect(headersOf(1).get('Authorization')).toBe('Bearer secret');
    expect([api.admitted, localStorage.getItem('wattledger.admitted')]).toEqual([true, 'true']);
  });

  it.each([
    [401, '/problems/unauthorized', Refused, { refused: true, foreign: false }],
    [421, '/problems/foreign-host', Failed, { refused: false, foreign: true }],
    [503, '', Unreachable, { refused: false, foreign: false }],
    [503, '/problems/busy', Failed, { refused: false, foreign: false }],
  ])('refused with %d %s raises what it means', async (status, type, kind, state) => {
    server.refuses('/site', status, type, { 'Retry-After': '7' });
    const error: unknown = await api.json('/site').catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(kind);
    expect(api).toMatchObject(state);
    if (error instanceof Failed) expect(error).toMatchObject({ status, retryAfter_s: 7 });
  });

  it('that nobody answers, or in no JSON, is unreachable', async () => {
    server.isGone = true;
    await expect(api.json('/site')).rejects.toBeInstanceOf(Unreachable);
    server.isGone = false;
    server.answers(
      '/site',
      () => new Response('{', { headers: { 'Content-Type': 'application/json' } }),
    );
    await expect(api.json('/site')).rejects.toBeInstanceOf(Unreachable);
  });

  it('that is answered ends what was foreign', async () => {
    server.refuses('/site', 421, '/problems/foreign-host');
    await api.json('/site').catch(() => null);
    server.says('/site', {});
    await api.json('/site');
    expect(api.foreign).toBe(false);
  });
});

describe('a pairing', () => {
  it('sends code and name, and forgets a token', async () => {
    api.enter('secret');
    server.says('/access/pair', {});
    await api.pair('ABCD-EFGH', 'Pixel');
    expect(server.requests[0]).toMatchObject({
      method: 'POST',
      body: '{"code":"ABCD-EFGH","device":"Pixel"}',
    });
    expect([api.token, api.admitted]).toEqual([null, true]);
  });

  it('lets a device own, or only look', async () => {
    server.answers('/access/devices/a%2Fb', () => new Response(null, { status: 204 }));
    await api.letOwn('a/b', false);
    expect(server.requests.at(-1)).toMatchObject({ method: 'PATCH', body: '{"owns":false}' });
  });

  it('can be listed, and taken away', async () => {
    server.says('/access/devices', { devices: [{ id: 'a/b' }] });
    expect(await api.devices()).toEqual([{ id: 'a/b' }]);
    server.says('/access/devices/a%2Fb', {});
    await api.remove('a/b');
    expect(server.requests[1]?.method).toBe('DELETE');
  });
});

it('a token that is forgotten is asked for again', () => {
  api.enter('secret');
  api.forget();
  expect([api.token, api.admitted, localStorage.getItem('wattledger.token')]).toEqual([
    null,
    false,
    null,
  ]);
  api.enter('   ');
  expect(api.token).toBeNull();
});
