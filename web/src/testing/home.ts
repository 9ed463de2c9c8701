/** What a server says of a home with a meter at the mains and one at the plant. */
import { App } from '../state/app.svelte';
import { remember } from '../lib/known';
import type { Meters, Power, Site } from '../lib/wire';
import { aDay, meterBooks } from './answers';
import type { PretendServer } from './server';
import { words } from './words';

export const NOW = '2026-04-23T13:45:00+03:00';

export const site = {
  name: 'Koivurinne',
  time_zone: 'Europe/Helsinki',
  main_fuse_a: 25,
  poll_interval_s: 1,
  meters: [
    { name: 'mains', role: 'grid' },
    { name: 'roof', role: 'solar' },
  ],
  mongodb: { state: 'not_configured' },
  faults: [],
} as unknown as Site;

export const meters: Meters = {
  meters: [meterBooks(), meterBooks({ name: 'roof', role: 'solar' })],
} as Meters;

export const power = (changes: Partial<Power> = {}): Power =>
  ({
    at: NOW,
    home_w: 2_460,
    solar_w: 4_560,
    grid_w: -2_100,
    meters: ['grid', 'solar'].map((role) => ({
      name: role === 'grid' ? 'mains' : 'roof',
      role,
      state: 'live',
      age_s: 0.4,
      active_power_w: role === 'grid' ? -2_100 : 4_560,
      phases: [{ phase: 'a', role, current_a: 9, active_power_w: -2_070 }],
    })),
    ...changes,
  }) as unknown as Power;

/** Everything that the app asks for when it opens. */
export function furnish(server: PretendServer): void {
  server.says('/site', site);
  server.says('/meters', meters);
  server.says('/power/recent?seconds=900', {
    at: ['2026-04-23T13:44:00+03:00'],
    home_w: [2_000],
    solar_w: [4_000],
    grid_w: [-2_000],
  });
  server.says('/audit?period=all', { meters: [] });
  server.says('/energy/today', aDay('2026-04-23', 14, { next: null, previous: '2026-04-22' }));
  server.says('/energy/2026-04-22', aDay('2026-04-22'));
}

export const anApp = (): App => new App({ locale: 'en', words: words.en });

/** An app whose line is open, on a phone that knows nothing of earlier visits. */
export function opened(server: PretendServer): App {
  localStorage.clear();
  location.pathname = '/history/today';
  furnish(server);
  const app = anApp();
  app.house.site = site;
  app.house.meters = meters;
  app.ticker.heard(Date.parse(NOW));
  app.live.link = 'open';
  return app;
}

/** As if it came on the stream just now. */
export function flows(app: App, now: Power): void {
  app.live.power = now;
  app.live.known = remember(app.live.known, now);
  app.live.received_ms = app.ticker.now_ms;
}
