import { beforeEach, describe, expect, it, vi } from 'vitest';
import { aDay, aMonth, aYear, meterBooks, withBattery } from '../testing/answers';
import { flows, NOW, opened, power, site } from '../testing/home';
import { PretendServer, until } from '../testing/server';
import type { MissingSpan } from '../lib/wire';
import type { App } from './app.svelte';
import { HistoryView } from './historyView.svelte';
import { NowView } from './nowView.svelte';

let server: PretendServer;
let app: App;
beforeEach(() => {
  server = new PretendServer();
  app = opened(server);
});

const gap = (start: string, end: string, reason: string): MissingSpan =>
  ({ start, end, reason }) as MissingSpan;

describe('History', () => {
  const today = aDay('2026-04-23', 14, { next: null, previous: '2026-04-22' });

  async function shown(path: string): Promise<HistoryView> {
    location.pathname = path;
    dispatchEvent(new Event('popstate'));
    const view = new HistoryView(app);
    await view.follow();
    await until(() => {
      view.followParts();
      return !view.compared.isAwaited;
    });
    return view;
  }

  it('shows today, compared with yesterday by the clock', async () => {
    const view = await shown('/history/today');
    expect(view.shown.energy).toEqual(today);
    expect([view.shown.period, view.shown.kind, view.shown.running, view.shown.asked]).toEqual([
      'today',
      'day',
      true,
      null,
    ]);
    expect(view.shown.rows.map(({ kind }) => kind)).toEqual(['used', 'produced']);
    expect(view.compared.comparison).toMatchObject({ name: 'Wed by now', consumed_wh: 56 * 250 });
    expect(view.shown.subtitle).toBe('so far, until 13:45');
    expect(view.reading.picture).toMatchObject({ kind: 'power' });
    expect(view.compared.facts.map(({ name }) => name)).toContain('Base load at night');
    expect(view.ways.neighbour(-1)).toBe('2026-04-22');
    expect(view.ways.neighbour(1)).toBeNull();
    expect(view.ways.into(3)).toBeNull();
  });

  it('shows one flow alone', async () => {
    const view = await shown('/history/today/grid');
    expect([view.shown.asked, view.shown.roles]).toEqual([
      'grid',
      { grid: true, solar: true, only: 'grid' },
    ]);
    expect(view.shown.rows.map(({ kind }) => kind)).toEqual(['bought', 'sold']);
    expect(new HistoryView(app, 'today').shown.asked).toBeNull();
    expect(new HistoryView(app, 'today').shown.period).toBe('today');
  });

  it('compares nothing, and has no records, while days are being fetched', async () => {
    const view = await shown('/history/today');
    const waiting = gap('2026-04-23T01:00:00+03:00', '2026-04-23T02:00:00+03:00', 'being fetched');
    const fetching = meterBooks({
      missing: [waiting],
      to_fetch_minutes: 60,
      fetched_minutes: 60,
      fetching_since: '2026-04-23T13:40:00+03:00',
    });
    app.house.meters = { meters: [fetching] } as never;
    expect([view.compared.comparison, view.compared.facts, view.shown.fetched.length]).toEqual([
      null,
      [],
      1,
    ]);
    expect(view.shown.fetching?.pct).toBe(50);
    expect(view.shown.subtitle).toContain('being fetched, 50%');
    expect(view.reading.picture).toMatchObject({ kind: 'power' });
    const yesterday = {
      ...waiting,
      start: '2026-04-22T01:00:00+03:00',
      end: '2026-04-22T02:00:00+03:00',
    };
    app.house.meters = { meters: [{ ...fetching, missing: [yesterday] }] } as never;
    expect([view.shown.fetched.length, view.compared.comparison]).toEqual([0, null]);
  });

  it('goes into a bar, and to the period of another length around the same day', async () => {
    const april = aMonth('2026-04', 23, { next: null, previous: '2026-03' });
    server.says('/energy/this-month', april);
    server.says('/energy/2026-04-16', aDay('2026-04-16', 24, { week: '2026-W16' }));
    server.says('/energy/2026-03', aMonth('2026-03', 31));
    server.says('/energy/2026-03-23', aDay('2026-03-23'));
    const view = await shown('/history/this-month');
    // 22 whole days of March, and the 23rd until now.
    expect(view.compared.comparison).toMatchObject({
      name: '1–23 Mar',
      consumed_wh: (1_000 * 22 * 23) / 2 + 56 * 250,
    });
    expect(view.ways.into(15)).toBe('2026-04-16');
    expect(view.ways.into(22)).toBe('today');
    expect(view.ways.into(40)).toBeNull();
    expect(await view.ways.ofKind('day')).toBe('today');
    expect(await view.ways.ofKind('year')).toBe('this-year');
    expect(await view.ways.ofDate('2026-04-16')).toBe('this-month');
    expect(await view.ways.ofKind('week')).toBe('2026-W16');
    expect(await view.ways.ofDate('2026-03-16')).toBe('2026-03');
    server.refuses('/energy/2026-02-16', 404);
    expect(await view.ways.ofDate('2026-02-16')).toBe('2026-02');
    expect(await view.ways.ofKind('week')).toBe('this-week');
  });

  it('reads values under a finger, which stay for two seconds', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const view = new HistoryView(app);
    view.reading.scrub(4);
    view.reading.scrub(null);
    expect(view.reading.scrubbed).toBe(4);
    vi.advanceTimersByTime(2_000);
    expect(view.reading.scrubbed).toBeNull();
    view.reading.scrub(5);
    view.reading.scrub(null);
    vi.advanceTimersByTime(1_500);
    // Another finger: it reads for as long as it lies there.
    view.reading.scrub(6);
    vi.advanceTimersByTime(2_000);
    expect(view.reading.scrubbed).toBe(6);
    view.reading.reset();
    expect(view.reading.scrubbed).toBeNull();
    vi.useRealTimers();
  });

  it('asks for minutes once the fingers rest on a short part', async () => {
    const view = await shown('/history/today');
    const from = Date.parse('2026-04-23T09:10:00+03:00');
    view.reading.zoom({ from, to: from + 3_600_000 }, false);
    view.followParts();
    expect(server.asked.some((path) => path.includes('resolution=minute'))).toBe(false);
    view.reading.zoom({ from, to: from + 3_600_000 }, true);
    view.followParts();
    await until(() => server.asked.some((path) => path.includes('resolution=minute')));
    expect(server.asked.at(-1)).toContain(
      'from=2026-04-23T06%3A00%3A00.000Z&to=2026-04-23T08%3A00%3A00.000Z',
    );
    view.reading.zoom({ from, to: from + 7 * 3_600_000 }, true);
    expect(view.reading.view).toEqual({ from, to: from + 7 * 3_600_000 });
    view.reading.zoom(null, false);
    expect(view.reading.view).toBeNull();
  });

  it('is of an earlier visit where it could not be had', async () => {
    const view = await shown('/history/today');
    expect(view.shown.isOfEarlier).toBe(false);
    server.isGone = true;
    await app.books.ask('today');
    expect(view.shown.isOfEarlier).toBe(true);
    // Its picture goes no further than what was had.
    app.ticker.heard(Date.parse(NOW) + 3_600_000);
    expect(view.shown.now_ms).toBe(view.shown.entry.saved_ms);
    expect(view.shown.fetching).toBeNull();
    server.isGone = false;
    server.refuses('/energy/2031', 404, '/problems/in-future');
    location.pathname = '/history/2031';
    dispatchEvent(new Event('popstate'));
    await view.follow();
    expect([
      view.shown.energy,
      view.shown.entry.fault,
      view.compared.isAwaited,
      view.shown.subtitle,
      view.reading.picture,
    ]).toEqual([null, 'future', false, '', null]);
    expect([
      view.compared.comparison,
      view.shown.rows[0]?.wh,
      view.around.months,
      view.around.days,
      view.ways.into(0),
    ]).toEqual([null, null, [], null, null]);
    view.around.follow();
  });

  it('has each month’s sum beside a year, where that is known', async () => {
    const year = aYear(2026, 4, { next: null, previous: '2025' });
    year.buckets.consumed_wh[1] = null;
    server.says('/energy/this-year', year);
    const view = await shown('/history/this-year');
    view.around.follow();
    await until(() => view.around.months.length > 0);
    expect(view.around.months.slice(0, 3).map(({ label, value }) => [label, value])).toEqual([
      ['Jan', '10.00\u00a0kWh'],
      ['Feb', ''],
      ['Mar', '30.00\u00a0kWh'],
    ]);
    expect([view.around.days, view.around.months[5]?.value]).toEqual([null, undefined]);
  });

  it('compares nothing where the part of the earlier period can’t be had', async () => {
    server.says('/energy/this-month', aMonth('2026-04', 23, { next: null, previous: '2026-03' }));
    server.says('/energy/2026-03', aMonth('2026-03', 31));
    server.refuses('/energy/2026-03-23', 404);
    const view = await shown('/history/this-month');
    expect([view.compared.isAwaited, view.compared.comparison]).toEqual([false, null]);
  });

  it('has the year’s months and the month’s days to go to', async () => {
    server.says('/energy/2026', aYear(2026, 4, { next: null }));
    server.says('/energy/2026-04', aMonth('2026-04', 23, { next: null }));
    const view = await shown('/history/today');
    view.around.follow();
    await until(() => view.around.months.length > 0 && view.around.days !== null);
    expect(view.around.year).toBe('2026');
    expect(view.around.months.filter(({ period }) => period !== null)).toHaveLength(4);
    expect(view.around.days).toMatchObject({ title: 'April 2026', blanks: 2 });
    server.says('/energy/this-year', aYear(2026, 4, { next: null }));
    const year = await shown('/history/this-year');
    expect(year.around.days).toBeNull();
    expect(year.reading.picture).toMatchObject({ kind: 'bars' });
  });

  it('goes from all years, and from a week of two months, to what is around today', async () => {
    const both = { period: null, start: '2024-11-01T00:00:00+02:00', next: null, previous: null };
    server.says('/energy/all', aYear(2026, 4, both));
    const all = await shown('/history/all');
    expect([all.around.year, all.around.days]).toEqual(['2026', null]);
    app.ticker.heard(Date.parse('2026-04-01T12:00:00+03:00'));
    const week = { start: '2026-03-30T00:00:00+03:00', end: '2026-04-06T00:00:00+03:00' };
    server.says('/energy/this-week', aMonth('2026-03', 3, { ...week, next: null }));
    server.says('/energy/2026', aYear(2026, 4, { next: null }));
    server.says('/energy/2026-04', aMonth('2026-04', 1, { next: null }));
    const view = await shown('/history/this-week');
    view.around.follow();
    await until(() => view.around.days !== null);
    expect(view.around.days?.title).toBe('April 2026');
  });

  it('asks for no year before the books', async () => {
    app.house.meters = {
      meters: [meterBooks({ booked_from: '2026-01-01T00:00:00+02:00' })],
    } as never;
    const view = await shown('/history/2026-04-22');
    expect(view.compared.yearAgoText).toBeNull();
    expect(server.asked).not.toContain('/energy/2025-04-22');
  });

  it('compares with the year before, where the books go back so far', async () => {
    app.house.meters = {
      meters: [meterBooks({ booked_from: '2024-11-01T00:00:00+02:00' })],
    } as never;
    server.says('/energy/2025-04-22', aDay('2025-04-22'));
    const view = await shown('/history/2026-04-22');
    await until(() => view.compared.facts.some(({ period }) => period === '2025-04-22'));
    expect(view.compared.facts.at(-1)?.name).toBe('Produced a year before');
  });

  it('asks anew with each minute, connection and word of the meters, until it is left', async () => {
    const view = await shown('/history/today');
    const stop = view.keepFresh();
    const later = (): void => {
      const soon = Date.now() + 5_000;
      vi.spyOn(Date, 'now').mockReturnValue(soon);
    };
    const count = (): number => server.asked.filter((path) => path === '/energy/today').length;
    const before = count();
    later();
    app.live.minuteBooked.emit();
    await until(() => count() === before + 1);
    await app.books.ask('today');
    const asked = count();
    server.says('/meters', {
      meters: [meterBooks({ missing: [gap(today.start, today.end, 'being fetched')] })],
    });
    later();
    await app.house.askMeters();
    await app.house.askMeters();
    await until(() => count() > asked);
    stop();
    const after = count();
    app.live.link = 'lost';
    later();
    app.live.connected.emit();
    expect(count()).toBe(after);
  });
});

describe('a home with a battery and a part of its own', () => {
  const more = withBattery(aDay('2026-04-23', 14, { next: null, previous: '2026-04-22' }));

  beforeEach(() => {
    const sources = [
      ...site.meters,
      { name: 'box', role: 'battery' },
      { name: 'heat pump', role: 'load' },
    ];
    app.house.site = { ...site, meters: sources } as never;
    server.says('/energy/today', more);
    server.says('/energy/2026-04-22', withBattery(aDay('2026-04-22')));
  });

  async function shown(path: string): Promise<HistoryView> {
    location.pathname = path;
    dispatchEvent(new Event('popstate'));
    const view = new HistoryView(app);
    await view.follow();
    return view;
  }

  it('has both in Now, and its own power for its share', () => {
    flows(app, power({ battery_w: 500, home_w: 1_000, grid_w: 250 }));
    const view = new NowView(app);
    expect(view.drawn).toEqual(['solar', 'battery', 'grid']);
    expect(view.share).toEqual({ pct: 75, word: 'own power' });
    expect(view.values.battery.w).toBe(500);
  });

  it('has rows of the battery and a list of parts in History', async () => {
    const { shown: all } = await shown('/history/today');
    expect(all.rows.map(({ kind }) => kind)).toEqual(['used', 'produced', 'discharged', 'charged']);
    expect(all.loads.map(({ name }) => name)).toEqual(['heat pump', 'Other']);
  });

  it('has each alone, and no list beside it', async () => {
    const { shown: one, compared } = await shown('/history/today/load/heat%20pump/');
    expect([one.asked, one.loads]).toEqual(['load/heat pump', []]);
    expect(one.energy?.totals).toMatchObject({ consumed_wh: 1_750, imported_wh: null });
    expect(compared.facts.map(({ name }) => name)).toContain('Its peak');
    expect((await shown('/history/today/battery')).shown.rows).toHaveLength(2);
  });

  it('is asked for anew when the line is back, and while it is away not at all', async () => {
    const view = await shown('/history/today');
    const stop = view.keepFresh();
    const asked = (): number => server.asked.filter((path) => path === '/meters').length;
    const before = asked();
    app.live.link = 'lost';
    app.live.connected.emit();
    expect(asked()).toBe(before);
    app.live.link = 'open';
    app.live.connected.emit();
    await until(() => asked() > before);
    stop();
  });

  it('is taken for mains and a plant until anybody has said, also of a period that is none', async () => {
    app.house.site = null;
    server.refuses('/energy/2026-02-31', 404, '');
    const { shown: all, ways } = await shown('/history/2026-02-31');
    expect([all.energy, all.rows.length, ways.neighbour(1), ways.into(0)]).toEqual([
      null,
      2,
      null,
      null,
    ]);
    expect(all.measured).toEqual({ grid: true, solar: true });
    expect(app.homeNow).toBe('2026-04-23T10:45:00');
    expect(await ways.ofKind('year')).toBe('this-year');
  });

  it('had no battery in a period before it', async () => {
    server.says('/energy/today', withBattery(more, { battery_coverage_pct: null }));
    const { shown: all } = await shown('/history/today');
    expect(all.rows.map(({ kind }) => kind)).toEqual(['used', 'produced']);
  });
});
