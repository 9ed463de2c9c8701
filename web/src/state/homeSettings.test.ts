import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PretendServer } from '../testing/server';
import { ApiClient, Failed } from './apiClient.svelte';
import { HomeSettings } from './homeSettings.svelte';
import { Ticker } from './ticker.svelte';

const NOW = { site: { name: 'Koti' }, meters: [] };
const EFFECTS = [{ kind: 'none', meter: null }];
let server: PretendServer;
let settings: HomeSettings;

beforeEach(() => {
  localStorage.clear();
  server = new PretendServer();
  server.says('/settings', NOW, { ETag: '"one"' });
  settings = new HomeSettings(new ApiClient(new Ticker()));
});
afterEach(() => {
  settings.close();
  vi.useRealTimers();
});

describe('the settings of the home', () => {
  it('are read', async () => {
    await settings.read();
    expect([settings.stage, settings.now]).toEqual(['ready', NOW]);
  });

  it.each([
    [403, '/problems/not-an-owner', 'denied'],
    [409, '/problems/no-settings', 'nowhere'],
    [503, '/problems/busy', 'gone'],
  ])('that answer %d %s are told as that', async (status, type, stage) => {
    server.refuses('/settings', status, type);
    await settings.read();
    expect(settings.stage).toBe(stage);
  });

  it('of a server that is away are told as that', async () => {
    server.isGone = true;
    await settings.read();
    expect(settings.stage).toBe('gone');
  });

  it('say what a change would do', async () => {
    server.says('/settings/preview', { effects: EFFECTS });
    expect(await settings.preview({ site: { name: 'x' } as never })).toEqual(EFFECTS);
    expect(server.requests.at(-1)).toMatchObject({
      method: 'POST',
      body: '{"site":{"name":"x"}}',
    });
    server.refuses('/settings/preview', 422, '/problems/bad-settings');
    await expect(settings.preview({})).rejects.toBeInstanceOf(Failed);
  });

  it('are changed by their tag, and read again once the server is back', async () => {
    vi.useFakeTimers();
    await settings.read();
    server.says('/settings', { effects: EFFECTS });
    const saving = settings.save({ site: { name: 'x' } as never });
    await vi.waitFor(() => {
      expect(settings.stage).toBe('asking');
    });
    const sent = server.requests.at(-1);
    expect(new Headers(sent?.headers).get('If-Match')).toBe('"one"');
    expect(sent?.method).toBe('PATCH');
    server.isGone = true;
    await vi.advanceTimersByTimeAsync(1_100);
    expect(settings.stage).toBe('gone');
    server.isGone = false;
    server.says('/settings', { ...NOW, site: { name: 'x' } }, { ETag: '"two"' });
    await vi.advanceTimersByTimeAsync(600);
    await saving;
    expect([settings.stage, settings.now?.site.name]).toEqual(['ready', 'x']);
  });

  it('of a server that stays away are asked for half a minute', async () => {
    vi.useFakeTimers();
    await settings.read();
    const saving = settings.save({});
    await vi.waitFor(() => {
      expect(settings.stage).toBe('asking');
    });
    server.isGone = true;
    await vi.advanceTimersByTimeAsync(31_000);
    await saving;
    expect(settings.stage).toBe('gone');
  });

  it('are read without a tag where the server gives none', async () => {
    server.says('/settings', NOW);
    await settings.read();
    server.refuses('/settings', 412, '/problems/changed-meanwhile');
    await expect(settings.save({})).rejects.toBeInstanceOf(Failed);
    expect(new Headers(server.requests.at(-1)?.headers).get('If-Match')).toBe('');
  });
});
