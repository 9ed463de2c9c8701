import { beforeEach, describe, expect, it } from 'vitest';
import { aDay, meterBooks } from '../testing/answers';
import { anApp, opened, site } from '../testing/home';
import { PretendServer, until } from '../testing/server';
import { words } from '../testing/words';
import type { Energy } from '../lib/wire';
import type { App } from './app.svelte';
import { HistoryView } from './historyView.svelte';

const YESTERDAY = '2026-04-22';

let server: PretendServer;
let app: App;
beforeEach(() => {
  server = new PretendServer();
  app = opened(server);
});

describe('the home', () => {
  it('keeps what it heard, also for the next visit', async () => {
    await app.house.askAnew();
    await app.house.askAnew();
    expect(server.asked).toEqual(['/site', '/meters']);
    await app.house.askAudit();
    const again = anApp();
    expect([again.house.site?.name, again.house.audited]).toEqual(['Koivurinne', true]);
    expect(again.homeNow.slice(0, 10)).toBe('2026-04-23');
  });

  it('keeps the last known where the server is gone', async () => {
    server.isGone = true;
    await Promise.all([app.house.askSite(), app.house.askMeters(), app.house.askMeters()]);
    await app.house.askAudit();
    expect([app.house.site?.name, app.house.answered, app.house.audited]).toEqual([
      'Koivurinne',
      false,
      true,
    ]);
  });

  it('that counts otherwise has its answers asked for anew, also of what is over', async () => {
    await app.house.askSite();
    const said = (energy: Energy): void => {
      server.says(`/energy/${YESTERDAY}`, energy);
    };
    said(aDay(YESTERDAY));
    await app.books.want(YESTERDAY);
    const count = (): number => server.asked.filter((one) => one.endsWith(YESTERDAY)).length;
    await app.house.askSite();
    await app.books.want(YESTERDAY);
    expect(count()).toBe(1);
    const view = new HistoryView(app, YESTERDAY);
    const stop = view.keepFresh();
    const other = aDay(YESTERDAY, 12);
    said(other);
    server.says('/site', { ...site, netting: 'hour' });
    await app.house.askSite();
    await until(() => view.shown.energy?.buckets.start.length === other.buckets.start.length);
    expect(count()).toBe(2);
    await app.books.want(YESTERDAY);
    app.books.prefetch(YESTERDAY);
    expect(count()).toBe(2);
    app.books.doubt();
    app.books.prefetch(YESTERDAY);
    expect(count()).toBe(3);
    stop();
  });

  it('remembers how much there was to fetch, over a restart of the server', async () => {
    server.says('/meters', {
      meters: [meterBooks({ to_fetch_minutes: 400, fetched_minutes: 600 })],
    });
    await app.house.askMeters();
    server.says('/meters', {
      meters: [meterBooks({ to_fetch_minutes: 390, fetched_minutes: 10 })],
    });
    await app.house.askMeters();
    expect(app.house.mostToFetch).toEqual({ mains: 1_000 });
    expect(anApp().house.mostToFetch).toEqual({ mains: 1_000 });
  });
});

it('speaks the language of the phone', () => {
  expect(app.preferences.words).toBe(words.en);
});
