import { beforeEach, describe, expect, it } from 'vitest';
import { aCost, COST_TOTALS, somePrices } from '../testing/costs';
import { anApp, furnish, NOW, site } from '../testing/home';
import { PretendServer, until } from '../testing/server';
import type { Site } from '../lib/wire';
import type { App } from './app.svelte';
import { costPath, costsOf } from './costs.svelte';
import { MoneyNow } from './moneyNow.svelte';
import { aheadIn, daysOf, MoneyView } from './moneyView.svelte';

let server: PretendServer;
let app: App;
const tariff = {
  name: 'own',
  currency: 'EUR',
  compare: ['fixed 2'],
  has_spot: true,
  has_export: true,
};

function opened(): App {
  const made = anApp();
  made.house.site = { ...site, tariff } as Site;
  made.ticker.heard(Date.parse(NOW));
  made.live.link = 'open';
  return made;
}

beforeEach(() => {
  localStorage.clear();
  server = new PretendServer();
  furnish(server);
  app = opened();
});

describe('answers of money', () => {
  it('are asked for once at a time, and anew: the prices of what is over may be corrected', async () => {
    server.says('/cost/2026-03', aCost('2026-03', { total_cost: [1] }, { next: '2026-04' }));
    const costs = costsOf(app);
    expect(costsOf(app)).toBe(costs);
    await Promise.all([costs.askCost('2026-03'), costs.askCost('2026-03')]);
    expect(server.asked).toEqual(['/cost/2026-03']);
    server.says('/cost/2026-03', aCost('2026-03', { total_cost: [2] }, { next: '2026-04' }));
    const asking = costs.askCost('2026-03');
    expect(costs.cost('2026-03').answer?.buckets.total_cost).toEqual([1]);
    await asking;
    expect(costs.cost('2026-03').answer?.buckets.total_cost).toEqual([2]);
  });

  it('that fail say why, and the last one stays', async () => {
    const costs = costsOf(app);
    server.says('/cost/today', aCost('2026-04-23', { total_cost: [1] }));
    await costs.askCost('today');
    server.refuses('/cost/today', 422, '/problems/in-future');
    await costs.askCost('today');
    expect(costs.cost('today')).toMatchObject({
      fault: 'in-future',
      answer: { period: '2026-04-23' },
    });
    server.isGone = true;
    await costs.ask('/bill/2026-03');
    expect(costs.bill('2026-03')).toEqual({ answer: null, fault: 'unreachable' });
    server.isGone = false;
    server.refuses('/bill/2026-03', 401, '/problems/unauthorized');
    await costs.ask('/bill/2026-03');
    expect([costs.bill('2026-03').fault, app.api.refused]).toEqual(['unreachable', true]);
  });

  it('of Now are kept for a start without a network', async () => {
    server.says('/prices/today', somePrices('2026-04-23', [0.1]));
    await costsOf(app).ask('/prices/today');
    expect(costsOf(opened()).prices('today').answer?.period).toBe('2026-04-23');
  });

  it('are not kept for ever', async () => {
    const costs = costsOf(app);
    for (let i = 0; i < 70; i += 1) {
      server.says(`/cost/2026-03-${String(i)}`, aCost('x', {}));
      await costs.ask(`/cost/2026-03-${String(i)}`);
    }
    expect(costs.cost('2026-03-0').answer).toBeNull();
    expect(costs.cost('2026-03-69').answer).not.toBeNull();
  });

  it('under another table name it', () => {
    expect(costPath('2026', null)).toBe('/cost/2026');
    expect(costPath('2026', 'a b')).toBe('/cost/2026?tariff=a%20b');
  });
});

describe('money on Now', () => {
  const dayOf = (price: number): number[] => Array.from({ length: 96 }, () => price);

  beforeEach(() => {
    server.says('/prices/today', somePrices('2026-04-23', dayOf(0.1)));
    server.says('/prices/tomorrow', somePrices('2026-04-24', []));
    server.says('/cost/today', aCost('2026-04-23', { total_cost: [1] }));
    server.says(
      '/cost/yesterday',
      aCost('2026-04-22', { total_cost: [2] }, { next: '2026-04-23' }),
    );
  });

  it('is the price of this quarter with those around, and what today came to', async () => {
    const view = new MoneyNow(app);
    const stop = view.keepFresh();
    await until(() => view.quarters.length > 0 && view.today !== null && view.yesterday !== null);
    expect(view.quarter?.start).toBe('2026-04-23T13:45:00+03:00');
    expect([view.tariff?.name, view.awaitsTomorrow, view.peak]).toEqual(['own', true, null]);
    server.says('/prices/tomorrow', somePrices('2026-04-24', dayOf(0.2)));
    app.live.connected.emit();
    await until(() => view.quarters.length === 192);
    expect(view.awaitsTomorrow).toBe(false);
    stop();
  });

  it('is asked for again: costs with each minute, prices now and then', async () => {
    const view = new MoneyNow(app);
    const stop = view.keepFresh();
    await until(() => view.today !== null && view.quarters.length > 0);
    const count = (path: string): number => server.asked.filter((one) => one === path).length;
    app.live.minuteBooked.emit();
    await until(() => count('/cost/today') === 2);
    app.ticker.minute.emit();
    expect(count('/prices/today')).toBe(1);
    app.ticker.heard(Date.parse(NOW) + 700_000);
    app.ticker.minute.emit();
    await until(() => count('/prices/today') === 2);
    app.live.link = 'lost';
    app.live.connected.emit();
    expect(count('/prices/today')).toBe(2);
    expect(count('/cost/yesterday')).toBe(1);
    stop();
  });

  it('of yesterday is that of the day before today, also on another visit and past midnight', async () => {
    const view = new MoneyNow(app);
    view.keepFresh()();
    await until(() => view.yesterday !== null);
    const days_ms = 86_400_000;
    for (const [day, visit] of [
      [1, app],
      [4, opened()],
    ] as const) {
      visit.ticker.heard(Date.parse(NOW) + day * days_ms);
      const [of, next] = [`2026-04-${String(22 + day)}`, `2026-04-${String(23 + day)}`];
      server.says('/cost/yesterday', aCost(of, { total_cost: [5] }, { next }));
      const later = visit === app ? view : new MoneyNow(visit);
      expect(later.yesterday).toBeNull();
      const stop = later.keepFresh();
      await until(() => later.yesterday?.period === of);
      stop();
    }
  });

  it('of yesterday is asked for until it is all priced', async () => {
    const some = { ...COST_TOTALS, priced_pct: 50 };
    const yesterday = (totals: typeof COST_TOTALS) =>
      aCost('2026-04-22', { total_cost: [2] }, { next: '2026-04-23', totals });
    server.says('/cost/yesterday', yesterday(some));
    const view = new MoneyNow(app);
    const stop = view.keepFresh();
    await until(() => view.yesterday !== null);
    server.says('/cost/yesterday', yesterday(COST_TOTALS));
    app.live.minuteBooked.emit();
    await until(() => view.yesterday?.totals.priced_pct === 100);
    stop();
  });

  it('of another day says nothing of this one', async () => {
    app.ticker.heard(Date.parse(NOW) + 86_400_000);
    const view = new MoneyNow(app);
    const stop = view.keepFresh();
    const costs = costsOf(app);
    await until(
      () => costs.cost('yesterday').answer !== null && costs.prices('today').answer !== null,
    );
    expect([view.today, view.quarters, view.quarter]).toEqual([null, [], null]);
    expect(view.awaitsTomorrow).toBe(false);
    stop();
  });

  it('is nothing without a tariff', () => {
    app.house.site = { ...site, tariff: null } as Site;
    const view = new MoneyNow(app);
    expect([view.tariff, view.awaitsTomorrow]).toEqual([null, false]);
  });
});

describe('a period in money', () => {
  const april = (next: string | null) =>
    aCost(
      '2026-04',
      { total_cost: Array.from({ length: 23 }, () => 3) },
      { next, previous: '2026-03' },
    );

  it('is compared with the one before it and with another table, and led on to its end', async () => {
    server.says('/cost/this-month', april(null));
    server.says('/cost/this-month?tariff=fixed%202', april(null));
    server.says('/cost/2026-03', { ...april('2026-04'), period: '2026-03' });
    const view = new MoneyView(app, () => 'this-month');
    expect([view.band, view.previous, view.fault]).toEqual([null, null, null]);
    view.followMore();
    view.follow();
    await until(() => view.cost !== null && view.other !== null);
    view.followMore();
    await until(() => view.previous !== null);
    expect([view.isMonth, view.isRunningMonth, view.others]).toEqual([true, true, ['fixed 2']]);
    // 22 days that are over cost 3 each; of the running one a part is left, and 7 more.
    const rest = 3 * (7 + 10.25 / 24);
    expect(view.band?.low).toBeCloseTo(12 + rest * 0.88, 6);
    expect(view.band?.high).toBeCloseTo(12 + rest * 1.12, 6);
    server.asked.length = 0;
    view.again();
    expect(server.asked).toEqual(['/cost/this-month', '/cost/this-month?tariff=fixed%202']);
  });

  it('that is over is left alone, and no band is told of it', async () => {
    server.says('/cost/2026-03', april('2026-04'));
    const view = new MoneyView(app, () => '2026-03');
    view.follow();
    await until(() => view.cost !== null);
    const before = server.asked.length;
    view.again();
    expect([server.asked.length, view.band]).toEqual([before, null]);
  });

  it('of a day has no other table, and of an unknown cost no band', async () => {
    const day = new MoneyView(app, () => 'today');
    expect([day.others, day.other]).toEqual([[], null]);
    server.says('/cost/this-month', {
      ...april(null),
      totals: { ...COST_TOTALS, total_cost: null },
    });
    const view = new MoneyView(app, () => 'this-month');
    view.follow();
    await until(() => view.cost !== null);
    expect(view.band).toBeNull();
    app.house.site = { ...site, tariff: null } as Site;
    expect(view.others).toEqual([]);
  });
});

describe('the days of a month', () => {
  it('are those whose cost is known', () => {
    const cost = aCost('2026-04', { total_cost: [1, null, 2] });
    expect(daysOf(cost)).toEqual([
      { date: '2026-04-01', cost: 1 },
      { date: '2026-04-03', cost: 2 },
    ]);
    expect(daysOf(null)).toEqual([]);
    expect(daysOf({ ...cost, resolution: 'hour' })).toEqual([]);
  });

  it('that are left begin with the running one, over a change of the clock too', () => {
    const buckets = ['2026-10-24T00:00:00+03:00'];
    const cost = aCost(
      '2026-10',
      { total_cost: [1] },
      { end: '2026-11-01T00:00:00+02:00', buckets },
    );
    const noon = Date.parse('2026-10-24T12:00:00+03:00');
    const { dates, left } = aheadIn(cost, noon);
    expect([dates.length, dates[0], dates[7], left]).toEqual([8, '2026-10-24', '2026-10-31', 0.5]);
    expect(aheadIn(cost, noon - 86_400_000).left).toBe(1);
    expect(aheadIn(cost, noon + 86_400_000).left).toBe(0);
    expect(aheadIn(aCost('x', {}), noon)).toEqual({ dates: [], left: 0 });
  });
});
