import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PretendServer, until } from '../testing/server';
import { ApiClient, Failed } from './apiClient.svelte';
import { SetupState } from './setup.svelte';
import { Ticker } from './ticker.svelte';

const NOW = { step: 'meters', meters: [] as object[], home: {} };
const UNSET = { parts: [{ name: 'settings' }] };
let server: PretendServer;
let setup: SetupState;
let left = 0;

beforeEach(() => {
  localStorage.clear();
  left = 0;
  server = new PretendServer();
  setup = new SetupState(new ApiClient(new Ticker()), () => (left += 1));
});
afterEach(() => {
  setup.close();
  vi.useRealTimers();
});
const bodies = (): unknown[] =>
  server.requests.flatMap(({ body }) => (typeof body === 'string' ? [JSON.parse(body)] : []));

describe('a phone that is known', () => {
  it('goes on where it was, and asks every second while somebody looks', async () => {
    vi.useFakeTimers();
    server.says('/setup', { ...NOW, step: 'roles' });
    setup.open();
    await vi.advanceTimersByTimeAsync(2_100);
    expect([setup.stage, setup.now?.step]).toEqual(['steps', 'roles']);
    expect(server.asked).toEqual(['/setup', '/setup', '/setup']);
    server.isGone = true;
    await vi.advanceTimersByTimeAsync(1_000);
    expect([setup.isGone, setup.stage]).toEqual([true, 'steps']);
    Object.assign(document, { visibilityState: 'hidden' });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(server.asked).toHaveLength(4);
    Object.assign(document, { visibilityState: 'visible' });
  });

  it('leaves for the app once the home is set up', async () => {
    server.refuses('/setup', 409, '/problems/set-up');
    setup.open();
    await until(() => left === 1);
  });

  it('is told of other faults by what asks', async () => {
    server.refuses('/setup', 500, '/problems/internal');
    setup.open();
    await until(() => server.asked.length > 0);
    await expect(setup.answer({ name: 'x' })).rejects.toBeInstanceOf(Failed);
    expect([setup.stage, left]).toEqual(['asking', 0]);
  });
});

describe('a phone that is not known', () => {
  it('is asked for the code', async () => {
    server.refuses('/setup', 401, '/problems/unauthorized');
    server.says('/health', UNSET);
    setup.open();
    await until(() => setup.stage === 'code');
  });

  it('leaves where there are settings', async () => {
    server.refuses('/setup', 401, '/problems/unauthorized');
    server.says('/health', { parts: [{ name: 'store' }] });
    setup.open();
    await until(() => left === 1);
  });

  it('waits where that can not be asked', async () => {
    server.refuses('/setup', 401, '/problems/unauthorized');
    server.refuses('/health', 503);
    setup.open();
    await until(() => setup.isGone);
    expect(setup.stage).toBe('asking');
  });
});

describe('the code', () => {
  it('lets in, says what the phone knows, and looks for meters', async () => {
    for (const path of ['/setup', '/setup/enter', '/setup/look']) server.says(path, NOW);
    await setup.enter('7K2M-9QXD', 'iPhone', 'Koti');
    expect(setup.stage).toBe('steps');
    expect(bodies()).toEqual([
      { code: '7K2M-9QXD', device: 'iPhone' },
      { name: 'Koti' },
      { time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone },
    ]);
  });

  it('changes nothing of what was answered before', async () => {
    for (const path of ['/setup/enter', '/setup/look']) server.says(path, { ...NOW, meters: [{}] });
    await setup.enter('7K2M-9QXD', 'iPhone', 'Koti');
    expect(bodies()).toHaveLength(1);
  });

  it('lets in also where the server lacks the zone, but not where it is gone', async () => {
    for (const path of ['/setup/enter', '/setup/look']) server.says(path, NOW);
    server.refuses('/setup', 422, '/problems/bad-parameter');
    await setup.enter('7K2M-9QXD', 'iPhone', 'Koti');
    expect(setup.stage).toBe('steps');
    server.refuses('/setup', 502);
    await expect(setup.enter('7K2M-9QXD', 'iPhone', 'Koti')).rejects.toThrow();
  });
});

describe('what is done', () => {
  it('is asked of the server, and seen at once', async () => {
    server.says('/setup', NOW);
    server.says('/setup/meters', {});
    server.says('/setup/settings', { path: 'p', text: 't' });
    server.answers('/setup/meters/A0', () => new Response(null, { status: 204 }));
    await setup.add('192.168.1.20');
    await setup.forget('A0');
    expect(await setup.preview()).toEqual({ path: 'p', text: 't' });
    expect(server.asked).toEqual([
      ...['/setup/meters', '/setup', '/setup/meters/A0', '/setup', '/setup/settings'],
    ]);
    expect(bodies()).toEqual([{ address: '192.168.1.20', password: '' }]);
  });

  it('begins the home, and leads there once it is read', async () => {
    vi.useFakeTimers();
    server.says('/setup', NOW);
    setup.open();
    await vi.advanceTimersByTimeAsync(10);
    server.answers('/setup/start', () => new Response(null, { status: 202 }));
    await setup.start();
    server.refuses('/power', 503);
    await vi.advanceTimersByTimeAsync(1_000);
    server.isGone = true;
    await vi.advanceTimersByTimeAsync(60_000);
    expect([setup.stage, setup.isSlow, left]).toEqual(['starting', true, 0]);
    server.isGone = false;
    server.says('/power', {});
    await vi.advanceTimersByTimeAsync(1_000);
    expect(left).toBe(1);
    expect(localStorage.getItem('wattledger.admitted')).toBe('true');
  });
});

describe('a home that speaks HTTPS from the start on', () => {
  it('is led to where it answers, once it does not answer here any more', async () => {
    const to: (string | undefined)[] = [];
    setup = new SetupState(new ApiClient(new Ticker()), (address) => to.push(address));
    vi.useFakeTimers();
    server.says('/setup', { ...NOW, fingerprint: 'AB' });
    server.says('/setup/start', {});
    setup.open();
    await vi.advanceTimersByTimeAsync(100);
    await setup.start();
    server.isGone = true;
    await vi.advanceTimersByTimeAsync(2_500);
    expect(to).toEqual([]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(to).toEqual([setup.secureAddress]);
    expect(setup.secureAddress).toMatch(/^https:/);
  });
});

describe('a backup', () => {
  const there = { home: 'Koti', meters: ['mains'], first_day: null, last_day: null };

  it('is brought as a file, put back, and leads to the home', async () => {
    server.says('/setup/backup', { ...NOW, backup: there });
    server.says('/setup/restore', {});
    await setup.bringBackup(new Blob(['SQLite']));
    expect(setup.now?.backup).toEqual(there);
    expect(server.requests[0]?.method).toBe('PUT');
    await setup.restore();
    expect(setup.stage).toBe('starting');
  });

  it('is left out', async () => {
    server.says('/setup/backup', {});
    server.says('/setup', NOW);
    await setup.leaveBackup();
    expect(server.requests.map(({ method }) => method)).toEqual(['DELETE', undefined]);
  });
});
