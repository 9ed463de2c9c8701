import { beforeEach, describe, expect, it, vi } from 'vitest';
import { aDay, aMonth } from '../testing/answers';
import { anApp, furnish, meters, NOW, site } from '../testing/home';
import { PretendServer, until } from '../testing/server';
import type { App } from './app.svelte';
import { HistoryView } from './historyView.svelte';
import { Paging } from './paging.svelte';

let server: PretendServer;
let app: App;
const slide = vi.fn();

async function paging(path = '/history/today'): Promise<Paging> {
  location.pathname = path;
  app = anApp();
  app.house.site = site;
  app.house.meters = meters;
  app.ticker.heard(Date.parse(NOW));
  app.live.link = 'open';
  const view = new HistoryView(app);
  const made = new Paging(app, view, slide);
  await view.follow();
  return made;
}

const withTariff = { ...site, tariff: { currency: 'EUR' } } as typeof site;

beforeEach(() => {
  localStorage.clear();
  slide.mockReset();
  server = new PretendServer();
  furnish(server);
});

describe('Going through History', () => {
  it('goes to the neighbour, and lets the chart come in from there', async () => {
    const ways = await paging();
    ways.move(-1);
    expect(app.router.route).toEqual({ screen: 'history', period: '2026-04-22' });
    await until(() => slide.mock.calls.length > 0);
    expect(slide.mock.calls).toEqual([[-1]]);
  });

  it('where there is no neighbour the chart comes back', async () => {
    const ways = await paging();
    ways.move(1);
    expect(app.router.route).toEqual({ screen: 'history', period: 'today' });
    expect(slide.mock.calls).toEqual([[1]]);
  });

  describe('while the answer is on its way', () => {
    let answer: (response: Response) => void = () => undefined;

    async function waiting(): Promise<Paging> {
      server.answers('/energy/2026-04-22', () => new Promise((resolve) => (answer = resolve)));
      const ways = await paging();
      ways.move(-1);
      await until(() => slide.mock.calls.length > 0);
      slide.mockReset();
      return ways;
    }

    it('goes on once it is there, one step however often it was asked', async () => {
      const ways = await waiting();
      ways.move(-1);
      ways.move(-1);
      expect(app.router.route).toEqual({ screen: 'history', period: '2026-04-22' });
      answer(Response.json(aDay('2026-04-22', 24, { previous: '2026-04-21' })));
      await until(() => slide.mock.calls.length > 0);
      expect(app.router.route).toEqual({ screen: 'history', period: '2026-04-21' });
      expect(slide.mock.calls).toEqual([[-1]]);
    });

    it('leads nobody back who has gone elsewhere', async () => {
      const ways = await waiting();
      ways.move(-1);
      app.router.go({ screen: 'meters' });
      answer(Response.json(aDay('2026-04-22', 24, { previous: '2026-04-21' })));
      await app.books.want('2026-04-22');
      await new Promise((resolve) => setTimeout(resolve));
      expect(app.router.route).toEqual({ screen: 'meters' });
    });

    it('comes back where there is none', async () => {
      const ways = await waiting();
      ways.move(-1);
      answer(Response.json({ detail: 'busy' }, { status: 503 }));
      await until(() => slide.mock.calls.length > 0);
      expect(app.router.route).toEqual({ screen: 'history', period: '2026-04-22' });
    });

    it('there is a way back, and on where time has gone on', async () => {
      const ways = await paging();
      const { ways: known } = new HistoryView(app);
      const may = (): boolean[] => [known.mayHaveNeighbour(-1), known.mayHaveNeighbour(1)];
      expect(may()).toEqual([true, false]);
      for (const [period, expected] of [
        ['2026-04-20', [true, true]],
        ['this-week', [true, false]],
        ['all', [false, false]],
      ] as const) {
        await ways.show(period);
        expect(may()).toEqual(expected);
      }
    });
  });

  it('of neighbours one replaces the other; into a bar leads a step of its own', async () => {
    const ways = await paging();
    const go = vi.spyOn(app.router, 'go');
    ways.move(-1);
    await ways.show('2026-04');
    expect(go.mock.calls.map(([, replaces]) => replaces)).toEqual([true, false]);
  });

  it('keeps what alone is shown, and shows all again', async () => {
    const ways = await paging('/history/today/solar');
    ways.move(-1);
    expect(app.router.route).toEqual({ screen: 'history', period: '2026-04-22', of: 'solar' });
    ways.alone('all');
    expect(app.router.route).toEqual({ screen: 'history', period: '2026-04-22' });
    ways.alone('grid');
    expect(app.router.route).toEqual({ screen: 'history', period: '2026-04-22', of: 'grid' });
  });

  it('in money only where there is a tariff, and then on every period', async () => {
    const ways = await paging('/history/today/cost');
    expect(ways.isMoney).toBe(false);
    app.house.site = withTariff;
    expect(ways.isMoney).toBe(true);
    ways.move(-1);
    expect(app.router.route).toEqual({ screen: 'history', period: '2026-04-22', isMoney: true });
    ways.changeMeasure();
    expect(app.router.route).toEqual({ screen: 'history', period: '2026-04-22' });
    ways.changeMeasure();
    expect(ways.isMoney).toBe(true);
  });

  it('another length keeps the day; the same one asks nothing', async () => {
    const ways = await paging();
    const go = vi.spyOn(app.router, 'go');
    ways.toKind('day');
    ways.toKind('month');
    await until(() => go.mock.calls.length > 0);
    expect(go.mock.calls).toHaveLength(1);
    expect(app.router.route).toEqual({ screen: 'history', period: 'this-month' });
  });

  it('of two that were asked for the later one is shown, whichever is answered last', async () => {
    server.says('/energy/2026-W17', aDay('2026-04-20', 24, { period: '2026-W17' }));
    const ways = await paging('/history/2026-W17');
    let answer: (response: Response) => void = () => undefined;
    server.answers('/energy/2026-04-15', () => new Promise((resolve) => (answer = resolve)));
    ways.toDate('2026-04-15');
    ways.toKind('year');
    await until(() => 'period' in app.router.route && app.router.route.period !== '2026-W17');
    expect(app.router.route).toEqual({ screen: 'history', period: 'this-year' });
    answer(Response.json(aDay('2026-04-15', 24, { week: '2026-W16' })));
    await app.books.ask('2026-04-15');
    await vi.waitUntil(() => app.books.entry('2026-04-15').energy);
    await new Promise((resolve) => setTimeout(resolve));
    expect(app.router.route).toEqual({ screen: 'history', period: 'this-year' });
  });

  it('a date, and back to now', async () => {
    const ways = await paging();
    const go = vi.spyOn(app.router, 'go');
    ways.toDate('2026-04-22');
    await until(() => go.mock.calls.length > 0);
    expect(app.router.route).toEqual({ screen: 'history', period: '2026-04-22' });
    ways.toNow();
    expect(app.router.route).toEqual({ screen: 'history', period: 'today' });
  });

  it('from all years back to today', async () => {
    const ways = await paging('/history/all');
    ways.toNow();
    expect(app.router.route).toEqual({ screen: 'history', period: 'today' });
  });

  it('a bar leads into its period; a quarter is read', async () => {
    server.says('/energy/this-month', aMonth('2026-04', 23));
    let ways = await paging('/history/this-month');
    ways.pick(0);
    expect(app.router.route).toEqual({ screen: 'history', period: '2026-04-01' });

    ways = await paging();
    ways.pick(4);
    expect(app.router.route).toEqual({ screen: 'history', period: 'today' });
  });
});
