import { beforeEach, describe, expect, it, vi } from 'vitest';
import { aDay, aMonth, aYear, meterBooks, withBattery } from '../testing/answers';
import { anApp, furnish, meters, NOW, power, site } from '../testing/home';
import { PretendServer, until } from '../testing/server';
import { words } from '../testing/words';
import { remember } from '../lib/known';
import type { MissingSpan, Power } from '../lib/wire';
import type { App } from './app.svelte';
import { CalendarView } from './calendarView.svelte';
import { keepFresh } from './freshness';
import { HistoryView } from './historyView.svelte';
import { NowView } from './nowView.svelte';

let server: PretendServer;
let app: App;
const gap = (start: string, end: string, reason: string): MissingSpan =>
  ({ start, end, reason }) as MissingSpan;

beforeEach(() => {
  localStorage.clear();
  location.pathname = '/history/today';
  server = new PretendServer();
  furnish(server);
  app = anApp();
  app.house.site = site;
  app.house.meters = meters;
  app.ticker.heard(Date.parse(NOW));
  app.live.link = 'open';
});

/** As if it came on the stream just now. */
function flows(now: Power): void {
  app.live.power = now;
  app.live.known = remember(app.live.known, now);
  app.live.received_ms = app.ticker.now_ms;
}

describe('Now', () => {
  it('is live: the home is the hero', () => {
    flows(power());
    const view = new NowView(app);
    expect(view.state).toEqual({ kind: 'live', text: 'Live' });
    expect(view.hero).toMatchObject({ series: 'home', value: { w: 2_460, live: true } });
    expect([view.label, view.fuse_a, view.bars[0]?.load_pct]).toEqual(['Home uses', 25, 36]);
    expect(view.near).toBeUndefined();
    expect(view.now).toBe('2026-04-23T13:45:00');
  });

  it('warns of a fuse while the meter of the grid speaks, and not of what it said before', () => {
    app.house.site = { ...site, main_fuse_a: 10 };
    flows(power());
    const view = new NowView(app);
    expect(view.near?.name).toBe('L1');
    flows(power({ grid_w: null }));
    expect([view.near, view.bars[0]?.near]).toEqual([undefined, true]);
  });

  it('connects, and has no value before it does', () => {
    app.live.link = 'connecting';
    const view = new NowView(app);
    expect(view.state).toEqual({ kind: 'connecting', text: 'Connecting' });
    expect([view.hero.value.w, view.bars, view.near]).toEqual([null, [], undefined]);
  });

  it.each([
    [null, true, 'Server does not answer'],
    [null, false, 'No connection'],
    ['busy', true, 'Server has no room'],
  ] as const)('lost for %s, with a network: %s, is %s', (denial, isOnline, text) => {
    flows(power());
    Object.assign(app.live, { link: 'lost', denial, isOnline });
    const view = new NowView(app);
    expect(view.state).toEqual({ kind: 'lost', text });
    expect(view.label).toBe('Home used, at 13:45');
    expect(view.silent).toEqual([]);
  });

  it('tells of a meter that is silent, and since when', () => {
    flows(power());
    const [mains, roof] = power().meters;
    const silent = { ...mains, state: 'offline', age_s: 185 };
    flows(power({ home_w: null, grid_w: null, meters: [silent, roof] as never }));
    let view = new NowView(app);
    expect(view.state).toEqual({ kind: 'silent', text: 'Mains silent 3\u00a0min' });
    expect(view.label).toBe('Home used, 1\u00a0s ago');
    flows(power({ meters: [{ ...silent, age_s: null }, roof] as never }));
    view = new NowView(app);
    expect(view.state.text).toBe('Mains silent');
    flows(power({ meters: [silent, { ...roof, state: 'offline' }] as never }));
    expect(new NowView(app).state.text).toBe('2 meters silent');
  });

  it.each([
    ['grid', { grid_w: 748 }, 748, 'Grid: buying', 'var(--import)'],
    ['grid', { grid_w: -748 }, 748, 'Grid: selling', 'var(--export)'],
    ['grid', { grid_w: 0.1 }, 0.1, 'Grid: no flow', 'var(--import)'],
    ['solar', { solar_w: 900 }, 900, 'Solar: producing', 'var(--solar-edge)'],
    ['solar', { solar_w: -3 }, 0, 'Solar: asleep', 'var(--solar-edge)'],
    ['solar', { solar_w: 0 }, 0, 'Solar: asleep', 'var(--solar-edge)'],
    ['solar', { solar_w: null }, null, 'Solar', 'var(--solar-edge)'],
  ] as const)('with %s alone, %o, has that for its hero', (role, changes, size_w, label, ink) => {
    app.house.site = { ...site, meters: site.meters.filter((meter) => meter.role === role) };
    flows(power(changes));
    const view = new NowView(app);
    expect(view.hero).toMatchObject({ series: role, ink });
    expect([view.label, view.heroPower_w]).toEqual([label, size_w]);
  });

  it.each([
    ['grid', 'Grid, at 13:45'],
    ['solar', 'Solar, at 13:45'],
  ])('with %s alone says when that was, once it is silent', (role, label) => {
    app.house.site = { ...site, meters: site.meters.filter((meter) => meter.role === role) };
    flows(power());
    app.live.link = 'lost';
    expect(new NowView(app).label).toBe(label);
  });

  it('tells of a phase that is near the fuse', () => {
    app.house.site = { ...site, main_fuse_a: 10 };
    flows(power());
    expect(new NowView(app).near?.name).toBe('L1');
    app.house.site = { ...site, main_fuse_a: null } as never;
    expect(new NowView(app).bars).toEqual([]);
  });
});

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

describe('the calendar of the books', () => {
  it('shows this month, and others once they are here', async () => {
    server.says('/energy/this-month', aMonth('2026-04', 23, { next: null, previous: '2026-03' }));
    server.says('/energy/2026-03', aMonth('2026-03', 31));
    const view = new CalendarView(app);
    const shown = () => view.months.map(({ title, blanks }) => [title, blanks]);
    expect([shown(), view.previous, view.next]).toEqual([[], null, null]);
    await view.show(view.month);
    expect([shown(), view.previous, view.next]).toEqual([[['April 2026', 2]], '2026-03', null]);
    expect(view.months[0]?.period).toBe('2026-04');
    expect(view.months[0]?.cells[2]).toMatchObject({
      label: '3',
      state: 'booked',
      period: '2026-04-03',
    });
    await view.show('2026-03');
    expect(shown()).toEqual([['March 2026', 6]]);
    server.refuses('/energy/2026-02', 500);
    await view.show('2026-02');
    await view.show(null);
    expect(shown()).toEqual([['March 2026', 6]]);
    app.house.meters = null;
    expect(view.months).toEqual([]);
  });

  it('shows the months before it where there is room, as far as the books go', async () => {
    server.says('/energy/this-month', aMonth('2026-04', 23, { next: null, previous: '2026-03' }));
    server.says('/energy/2026-03', aMonth('2026-03', 31, { previous: '2026-02' }));
    server.says('/energy/2026-02', aMonth('2026-02', 28, { previous: '2026-01' }));
    server.says('/meters', { meters: [meterBooks({ booked_from: '2026-03-20T00:00:00+02:00' })] });
    await app.house.askMeters();
    const view = new CalendarView(app);
    const titles = () => view.months.map(({ title }) => title);
    view.room = 3;
    await view.show(view.month);
    expect(titles()).toEqual(['April 2026']);
    view.follow();
    await until(() => titles().length === 2);
    expect(titles()).toEqual(['March 2026', 'April 2026']);
    view.follow();
    await until(() => server.asked.includes('/energy/2026-02'));
    await app.books.want('2026-02');
    expect(titles()).toEqual(['March 2026', 'April 2026']);
    view.room = 1;
    view.follow();
    expect(titles()).toEqual(['April 2026']);
    expect(server.asked).not.toContain('/energy/2026-01');
  });
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
    flows(power({ battery_w: 500, home_w: 1_000, grid_w: 250 }));
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
