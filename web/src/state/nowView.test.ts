import { beforeEach, describe, expect, it } from 'vitest';
import { flows, opened, power, site } from '../testing/home';
import { PretendServer } from '../testing/server';
import type { App } from './app.svelte';
import { NowView } from './nowView.svelte';

let server: PretendServer;
let app: App;
beforeEach(() => {
  server = new PretendServer();
  app = opened(server);
});

describe('Now', () => {
  it('is live: the home is the hero', () => {
    flows(app, power());
    const view = new NowView(app);
    expect(view.state).toEqual({ kind: 'live', text: 'Live' });
    expect(view.hero).toMatchObject({ series: 'home', value: { w: 2_460, live: true } });
    expect([view.label, view.fuse_a, view.bars[0]?.load_pct]).toEqual(['Home uses', 25, 36]);
    expect(view.near).toBeUndefined();
    expect(view.now).toBe('2026-04-23T13:45:00');
  });

  it('warns of a fuse while the meter of the grid speaks, and not of what it said before', () => {
    app.house.site = { ...site, main_fuse_a: 10 };
    flows(app, power());
    const view = new NowView(app);
    expect(view.near?.name).toBe('L1');
    flows(app, power({ grid_w: null }));
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
    flows(app, power());
    Object.assign(app.live, { link: 'lost', denial, isOnline });
    const view = new NowView(app);
    expect(view.state).toEqual({ kind: 'lost', text });
    expect(view.label).toBe('Home used, at 13:45');
    expect(view.silent).toEqual([]);
  });

  it('tells of a meter that is silent, and since when', () => {
    flows(app, power());
    const [mains, roof] = power().meters;
    const silent = { ...mains, state: 'offline', age_s: 185 };
    flows(app, power({ home_w: null, grid_w: null, meters: [silent, roof] as never }));
    let view = new NowView(app);
    expect(view.state).toEqual({ kind: 'silent', text: 'Mains silent 3\u00a0min' });
    expect(view.label).toBe('Home used, 1\u00a0s ago');
    flows(app, power({ meters: [{ ...silent, age_s: null }, roof] as never }));
    view = new NowView(app);
    expect(view.state.text).toBe('Mains silent');
    flows(app, power({ meters: [silent, { ...roof, state: 'offline' }] as never }));
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
    flows(app, power(changes));
    const view = new NowView(app);
    expect(view.hero).toMatchObject({ series: role, ink });
    expect([view.label, view.heroPower_w]).toEqual([label, size_w]);
  });

  it.each([
    ['grid', 'Grid, at 13:45'],
    ['solar', 'Solar, at 13:45'],
  ])('with %s alone says when that was, once it is silent', (role, label) => {
    app.house.site = { ...site, meters: site.meters.filter((meter) => meter.role === role) };
    flows(app, power());
    app.live.link = 'lost';
    expect(new NowView(app).label).toBe(label);
  });

  it('tells of a phase that is near the fuse', () => {
    app.house.site = { ...site, main_fuse_a: 10 };
    flows(app, power());
    expect(new NowView(app).near?.name).toBe('L1');
    app.house.site = { ...site, main_fuse_a: null } as never;
    expect(new NowView(app).bars).toEqual([]);
  });
});
