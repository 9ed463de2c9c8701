import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Hub, type FromTab, type Tab } from '../lib/hub';
import { waiting } from '../lib/waiting';
import { anApp, furnish, NOW, power } from '../testing/home';
import { PretendServer, until } from '../testing/server';
import type { App } from './app.svelte';

let server: PretendServer;
let app: App;

beforeEach(() => {
  localStorage.clear();
  document.dispatchEvent(new Event('reset'));
  Object.assign(document, { visibilityState: 'visible' });
  Object.assign(navigator, { onLine: true });
  server = new PretendServer();
  furnish(server);
});
afterEach(() => {
  vi.useRealTimers();
  app.live.close();
});

function look(state: 'visible' | 'hidden'): void {
  Object.assign(document, { visibilityState: state });
  document.dispatchEvent(new Event('visibilitychange'));
}

async function opened(): Promise<void> {
  app = anApp();
  app.live.open();
  app.live.open();
  await until(() => server.isListenedTo);
  server.tell('power', power());
  await until(() => app.live.link === 'open');
}

describe('the stream', () => {
  it('brings power, and with it the server’s time', async () => {
    let connections = 0;
    app = anApp();
    app.live.connected.on(() => (connections += 1));
    app.live.open();
    await until(() => server.isListenedTo);
    server.tell('power', power());
    await until(() => app.live.link === 'open');
    expect(app.live.power?.home_w).toBe(2_460);
    expect(app.live.known.grid).toEqual({ w: -2_100, at: NOW });
    expect(Math.abs(app.ticker.moment_ms() - Date.parse(NOW))).toBeLessThan(60_000);
    expect(connections).toBe(1);
    server.comment();
    server.tell('power', power({ at: '2026-04-23T13:45:01+03:00', home_w: 2_500 }));
    await until(() => app.live.power?.home_w === 2_500);
    expect(connections).toBe(1);
    // What flowed before the page was opened came beside it.
    await until(() => app.live.points.length === 3);
    expect(app.live.points.map(({ home }) => home)).toEqual([2_000, 2_460, 2_500]);
  });

  it('tells of booked minutes, forwards only', async () => {
    await opened();
    let told = 0;
    app.live.minuteBooked.on(() => (told += 1));
    server.tell('minute', { booked_to: '2026-04-23T13:44:00+03:00' });
    await until(() => app.live.bookedTo !== null);
    server.tell('minute', { booked_to: '2026-04-16T13:44:00+03:00' });
    server.tell('minute', { booked_to: '2026-04-23T13:45:00+03:00' });
    await until(() => app.live.bookedTo === '2026-04-23T13:45:00+03:00');
    app.live.booked(null);
    expect([told, app.live.bookedTo]).toEqual([2, '2026-04-23T13:45:00+03:00']);
  });

  it('that ends is opened again, and is lost when that fails too', async () => {
    await opened();
    server.isGone = true;
    server.hangUp();
    await until(() => app.live.link === 'lost');
    expect(app.live.denial).toBeNull();
    expect(app.live.retryAt_ms).not.toBeNull();
    server.isGone = false;
    app.live.tryNow();
    await until(() => server.isListenedTo);
    server.tell('power', power());
    await until(() => app.live.link === 'open');
  });

  it.each([
    [503, '/problems/busy', 'busy'],
    [503, '/problems/no-home', 'homeless'],
    [429, '/problems/too-many-tries', 'tries'],
    [403, '', 'barred'],
    [500, '/problems/other', 'failed'],
    [502, '', null],
  ])('that is denied with %d %s says why: %s', async (status, type, denial) => {
    server.refuses('/power/stream', status, type);
    app = anApp();
    app.live.open();
    await until(() => app.live.link === 'lost');
    expect(app.live.denial).toBe(denial);
  });

  it('is lost with a wrong token, and waits until somebody does something', async () => {
    server.refuses('/power/stream', 401, '/problems/unauthorized');
    localStorage.setItem('wattledger.token', '"wrong"');
    app = anApp();
    app.live.open();
    await until(() => app.api.refused);
    await until(() => app.live.retryAt_ms !== null);
    const asked = server.asked.length;
    expect(server.asked.length).toBe(asked);
    expect(app.live.link).not.toBe('open');
  });

  it('is dead after a silence, and another is opened', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    app = anApp();
    app.live.expectEvery(30);
    app.live.open();
    await until(() => server.isListenedTo);
    const streams = (): number => server.asked.filter((path) => path === '/power/stream').length;
    await vi.advanceTimersByTimeAsync(70_000);
    expect([server.isListenedTo, streams()]).toEqual([true, 1]);
    await vi.advanceTimersByTimeAsync(21_000);
    await until(() => streams() >= 2);
  });
});

describe('a page', () => {
  it('that nobody sees opens nothing, and hangs up after half a minute', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    Object.assign(document, { visibilityState: 'hidden' });
    app = anApp();
    app.live.open();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(server.asked).toEqual([]);
    look('visible');
    await until(() => server.isListenedTo);
    server.tell('power', power());
    look('hidden');
    app.live.expectEvery(20);
    server.tell('power', power());
    await vi.advanceTimersByTimeAsync(25_000);
    expect(server.isListenedTo).toBe(true);
    await vi.advanceTimersByTimeAsync(6_000);
    expect(server.isListenedTo).toBe(false);
  });

  it('without a network is lost at once, and back with it', async () => {
    await opened();
    server.isGone = true;
    Object.assign(navigator, { onLine: false });
    dispatchEvent(new Event('offline'));
    await until(() => app.live.link === 'lost');
    expect(app.live.isOnline).toBe(false);
    server.isGone = false;
    Object.assign(navigator, { onLine: true });
    dispatchEvent(new Event('online'));
    await until(() => server.isListenedTo);
    expect(app.live.isOnline).toBe(true);
  });

  it('that is left remembers what was last known', async () => {
    await opened();
    dispatchEvent(new Event('pagehide'));
    const again = anApp();
    expect(again.live.power?.home_w).toBe(2_460);
    expect(again.live.known.solar?.w).toBe(4_560);
    expect(again.live.received_ms).not.toBeNull();
    expect(again.live.link).toBe('connecting');
  });
});

/** The shared worker in this process, with a port for each tab. */
function shareWorker(): { hub: Hub; broken: boolean; made: number } {
  const hub = new Hub();
  const worker = { hub, broken: false, made: 0 };
  class Shared {
    port: MessagePort;
    onerror: (() => void) | null = null;
    constructor() {
      worker.made += 1;
      const { port1, port2 } = new MessageChannel();
      this.port = port1;
      const tab: Tab = {
        say: (message) => {
          port2.postMessage(message);
        },
      };
      port2.onmessage = ({ data }: MessageEvent<FromTab>) => {
        if (!worker.broken) hub.hear(tab, data);
      };
      if (worker.broken) setTimeout(() => this.onerror?.());
    }
  }
  vi.stubGlobal('SharedWorker', Shared);
  return worker;
}

describe('with a worker that all tabs share', () => {
  it('the stream is the worker’s: one for two tabs', async () => {
    shareWorker();
    await opened();
    const other = anApp();
    other.live.open();
    await until(() => other.live.link === 'open');
    expect(server.asked.filter((path) => path === '/power/stream')).toHaveLength(1);
    other.live.close();
    server.tell('power', power({ home_w: 1 }));
    await until(() => app.live.power?.home_w === 1);
  });

  it('the one that began before the app is taken, for one line', async () => {
    const worker = shareWorker();
    waiting.laidLine = new SharedWorker('sharer.js');
    await opened();
    expect([worker.made, waiting.laidLine]).toEqual([1, undefined]);
    server.hangUp();
    await until(() => server.isListenedTo);
    expect(worker.made).toBe(2);
  });

  it('a refusal is told as if the tab had asked', async () => {
    shareWorker();
    server.refuses('/power/stream', 503, '/problems/busy');
    app = anApp();
    app.live.open();
    await until(() => app.live.link === 'lost');
    expect(app.live.denial).toBe('busy');
  });

  it('an end is an end', async () => {
    shareWorker();
    await opened();
    server.isGone = true;
    server.hangUp();
    await until(() => app.live.link === 'lost');
  });

  it('whose code is gone a tab asks for itself', async () => {
    shareWorker().broken = true;
    await opened();
    expect(app.live.link).toBe('open');
  });
});

describe('without such a worker', () => {
  const streams = (): number => server.asked.filter((path) => path === '/power/stream').length;

  it('one tab has the stream, and the others hear what it hears', async () => {
    await opened();
    const others = [anApp(), anApp(), anApp()];
    for (const { live } of others) live.open();
    await until(() => others.every(({ live }) => live.link === 'open'));
    expect(streams()).toBe(1);
    server.tell('power', power({ home_w: 7 }));
    await until(() => others.every(({ live }) => live.power?.home_w === 7));
    for (const { live } of others) live.close();
  });

  it('another takes it over when that tab is closed', async () => {
    await opened();
    const other = anApp();
    other.live.open();
    await until(() => other.live.link === 'open');
    app.live.close();
    await until(() => streams() === 2 && server.isListenedTo);
    server.tell('power', power({ home_w: 8 }));
    await until(() => other.live.power?.home_w === 8);
    other.live.close();
  });

  it('a browser that knows no channel has a line of its own', async () => {
    vi.stubGlobal('BroadcastChannel', undefined);
    Reflect.deleteProperty(globalThis, 'BroadcastChannel');
    await opened();
    expect(app.live.link).toBe('open');
  });
});
