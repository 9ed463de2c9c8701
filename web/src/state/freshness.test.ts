import { beforeEach, describe, expect, it, vi } from 'vitest';
import { opened } from '../testing/home';
import { PretendServer, until } from '../testing/server';
import type { App } from './app.svelte';
import { keepFresh } from './freshness';
import { HistoryView } from './historyView.svelte';

let server: PretendServer;
let app: App;
beforeEach(() => {
  server = new PretendServer();
  app = opened(server);
});

describe('a slow phone that connects', () => {
  const count = (): number => server.asked.filter((path) => path === '/energy/today').length;
  const pass = (ms: number): void => {
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + ms);
  };

  it('does not ask once more what it asked on the way, but after a while it does', async () => {
    const stop = keepFresh(app);
    await until(() => app.books.entry('today').energy !== null);
    const asked = count();
    pass(3_000);
    app.live.connected.emit();
    expect(count()).toBe(asked);
    pass(3_000);
    app.live.connected.emit();
    expect(count()).toBe(asked + 1);
    stop();
  });

  it('nor does History', async () => {
    const view = new HistoryView(app);
    await view.follow();
    const stop = view.keepFresh();
    const asked = count();
    pass(3_000);
    app.live.connected.emit();
    expect(count()).toBe(asked);
    pass(3_000);
    app.live.connected.emit();
    expect(count()).toBe(asked + 1);
    stop();
  });
});

describe('what keeps the app fresh', () => {
  it('asks at once, and with each minute while there is a connection', async () => {
    const stop = keepFresh(app);
    await until(() => app.live.bookedTo === '2026-04-23T13:44:00+03:00');
    expect([...new Set(server.asked)].sort()).toEqual(['/energy/today', '/meters', '/site']);
    const asked = server.asked.length;
    app.live.link = 'lost';
    app.ticker.minute.emit();
    expect(server.asked).toHaveLength(asked);
    app.live.link = 'open';
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 5_000);
    app.ticker.minute.emit();
    await until(() => server.asked.length > asked);
    stop();
    const after = server.asked.length;
    app.live.connected.emit();
    expect(server.asked).toHaveLength(after);
  });

  it('asks of the meters once more 5 s after a connection: what they remember is found by then', async () => {
    vi.useFakeTimers();
    const asked = (): number => server.asked.filter((path) => path === '/meters').length;
    const stop = keepFresh(app);
    app.live.link = 'open';
    await vi.advanceTimersByTimeAsync(3_000);
    app.live.connected.emit();
    const before = asked();
    await vi.advanceTimersByTimeAsync(4_999);
    expect(asked()).toBe(before);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked()).toBe(before + 1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked()).toBe(before + 1);
    app.live.connected.emit();
    app.live.link = 'lost';
    const lost = asked();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(asked()).toBe(lost);
    app.live.connected.emit();
    stop();
    app.live.link = 'open';
    await vi.advanceTimersByTimeAsync(5_000);
    expect(asked()).toBe(lost);
    vi.useRealTimers();
  });
});
