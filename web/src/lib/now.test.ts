import { describe, expect, it } from 'vitest';
import { words } from '../testing/words';
import {
  ageOf,
  flowWord,
  isAsleep,
  isFresh,
  lineWord,
  nearest,
  ownPowerShare,
  ownSolarShare,
  phaseBars,
  silentMeters,
  valueOf,
} from './now';
import type { MainsPhase } from './known';

const FUSE_A = 25;
const phases = (...currents_a: (number | null)[]): MainsPhase[] =>
  currents_a.map((current_a, i) => ({
    phase: (['a', 'b', 'c'] as const)[i] ?? 'a',
    role: 'grid',
    meter: null,
    active_power_w: 1,
    apparent_power_va: 1,
    voltage_v: 230,
    current_a,
    power_factor: 1,
    frequency_hz: 50,
  }));

describe('of the phases near the fuse', () => {
  it('the one that carries most is told', () => {
    const near = nearest(phaseBars(phases(20.5, 24, 21), FUSE_A));
    expect(near).toMatchObject({ name: 'L2', current_a: 24 });
  });

  it('none is told while each has room', () => {
    expect(nearest(phaseBars(phases(20, null, 3), FUSE_A))).toBeUndefined();
  });
});

describe('what a silent meter did last', () => {
  const was = (w: number, at: string) => ({ w, live: false, at });
  const told = (since: string | null) => ({ words: words.en, locale: 'en' as const, since });
  const AT = '2026-04-22T23:13:00+03:00';

  it('says when, with the date where it was not today', () => {
    expect(flowWord('grid', was(-20, AT), told('2026-04-22T23:20:00'))).toBe('was selling, 23:13');
    expect(flowWord('grid', was(-20, AT), told('2026-04-23T09:00:00'))).toBe(
      'was selling, 22 Apr 23:13',
    );
    expect(flowWord('solar', was(20, AT), told('2026-04-23T09:00:00'))).toBe(
      'was producing, 22 Apr 23:13',
    );
  });

  it('says no time where that stands elsewhere', () => {
    expect(flowWord('grid', was(30, AT), told(null))).toBe('was buying');
  });
});

describe('the share of own solar', () => {
  const live = (w: number) => ({ w, live: true, at: null });
  const old = (w: number) => ({ w, live: false, at: '2026-04-23T13:45:00+03:00' });

  it('is of this moment', () => {
    expect(ownSolarShare(live(400), live(100))).toBe(25);
    expect(ownSolarShare(live(400), live(900))).toBe(100);
  });

  it('is not known of a silent meter, also where both values are old', () => {
    expect(ownSolarShare(old(400), live(100))).toBeNull();
    expect(ownSolarShare(old(400), old(100))).toBeNull();
  });
});

describe('a plant', () => {
  const tellers = { words: words.en, locale: 'en' as const, since: '2026-04-23T17:00:00' };
  const live = (w: number | null) => ({ w, live: w !== null, at: null });
  const was = (w: number) => ({ w, live: false, at: '2026-04-23T13:42:00+03:00' });

  it('that draws a few watts at night is asleep, and told so', () => {
    expect([
      isAsleep('solar', live(-3)),
      isAsleep('solar', live(0.4)),
      isAsleep('solar', live(0.5)),
    ]).toEqual([true, true, false]);
    expect([isAsleep('solar', was(-3)), isAsleep('solar', live(null))]).toEqual([false, false]);
    expect(flowWord('solar', live(-3), tellers)).toBe('asleep');
    expect(flowWord('solar', live(4_560), tellers)).toBe('producing');
    expect(flowWord('solar', live(null), tellers)).toBe('not known');
  });

  it('whose meter is silent is told with its time, and never as not having produced', () => {
    expect(flowWord('solar', was(4_560), tellers)).toBe('was producing, 13:42');
    expect(flowWord('solar', was(-3), tellers)).toBe('as of 13:42');
    expect(flowWord('solar', was(-3), { ...tellers, since: null })).toBe('');
    expect(flowWord('solar', { ...was(0), at: null }, tellers)).toBe('');
    expect(flowWord('solar', was(4_560), { ...tellers, since: null })).toBe('was producing');
  });
});

describe('the grid', () => {
  const tellers = { words: words.en, locale: 'en' as const, since: '2026-04-23T17:00:00' };
  it.each([
    [{ w: 748, live: true, at: null }, 'buying'],
    [{ w: -2_100, live: true, at: null }, 'selling'],
    [{ w: 0.4, live: true, at: null }, 'no flow'],
    [{ w: null, live: false, at: null }, 'not known'],
    [{ w: 748, live: false, at: '2026-04-23T13:42:00+03:00' }, 'was buying, 13:42'],
    [{ w: -748, live: false, at: '2026-04-22T13:42:00+03:00' }, 'was selling, 22 Apr 13:42'],
    [{ w: 0, live: false, at: null }, 'had no flow'],
  ])('%o is told as %s', (grid, word) => {
    expect(flowWord('grid', grid, tellers)).toBe(word);
  });
});

describe('a value', () => {
  const seen = { w: 700, at: '2026-04-23T13:42:00+03:00' };
  it('is live while the server speaks, else the last that was seen', () => {
    expect(valueOf(650, seen, true)).toEqual({ w: 650, live: true, at: null });
    expect(valueOf(650, seen, false)).toEqual({ w: 700, live: false, at: seen.at });
    expect(valueOf(null, seen, true)).toEqual({ w: 700, live: false, at: seen.at });
    expect(valueOf(undefined, null, true)).toEqual({ w: null, live: false, at: null });
  });

  it('is fresh for ten seconds, and not on a lost line', () => {
    expect([
      isFresh(0, 9_999, false),
      isFresh(0, 10_000, false),
      isFresh(0, 1, true),
      isFresh(null, 1, false),
    ]).toEqual([true, false, false, false]);
  });

  it('has the age that the server told, and what passed since', () => {
    const power = { at: '2026-04-23T13:45:00+03:00' } as Parameters<typeof ageOf>[1];
    expect(ageOf(seen.at, power, 1_000, 6_000)).toBe(185);
    expect(ageOf(null, power, 1_000, 6_000)).toBeNull();
    expect(ageOf(seen.at, null, 1_000, 6_000)).toBeNull();
    expect(ageOf(seen.at, power, null, 6_000)).toBeNull();
  });
});

describe('the share of own solar', () => {
  const live = (w: number | null) => ({ w, live: true, at: null });
  it.each([
    [2_000, 500, 25],
    [2_000, 4_560, 100],
    [2_000, -3, 0],
    [0, 100, null],
    [-5, 100, null],
    [null, 100, null],
    [100, null, null],
  ])('of %s W with %s W of sun is %s', (home, solar, pct) => {
    expect(ownSolarShare(live(home), live(solar))).toBe(pct);
  });

  it('is none where one of them is old', () => {
    expect(ownSolarShare({ ...live(100), live: false }, live(100))).toBeNull();
    expect(ownSolarShare(live(100), { ...live(100), live: false })).toBeNull();
  });
});

describe('the phases', () => {
  const phase = (name: 'a' | 'b' | 'c', current_a: number | null, active_power_w: number | null) =>
    ({ phase: name, meter: null, current_a, active_power_w }) as MainsPhase;
  const bars = phaseBars(
    [phase('a', 10, 2_300), phase('b', 20.1, -4_600), phase('c', null, null)],
    25,
  );

  it('stand against the fuse', () => {
    expect(bars).toEqual([
      {
        name: 'L1',
        current_a: 10,
        active_power_w: 2_300,
        load_pct: 40,
        direction: 'in',
        near: false,
      },
      {
        name: 'L2',
        current_a: 20.1,
        active_power_w: -4_600,
        load_pct: expect.closeTo(80.4),
        direction: 'out',
        near: true,
      },
      {
        name: 'L3',
        current_a: null,
        active_power_w: null,
        load_pct: 0,
        direction: null,
        near: false,
      },
    ]);
    expect(phaseBars([phase('a', 30, 0.2)], 25)[0]).toMatchObject({
      load_pct: 100,
      direction: null,
    });
  });

  it('name their meter where the mains have several', () => {
    const of = (meter: string): MainsPhase => ({ ...phase('a', 1, 1), meter });
    const named = phaseBars([of('house'), of('annex')], 25);
    expect(named.map(({ name }) => name)).toEqual(['L1 house', 'L1 annex']);
  });

  it('of which one is near it are told by the one that is nearest', () => {
    expect(nearest(bars)?.name).toBe('L2');
    expect(nearest([])).toBeUndefined();
    const two = phaseBars([phase('a', 21, 1), phase('b', 24, 1)], 25);
    expect(nearest(two)?.name).toBe('L2');
  });
});

it('a meter that is not live is silent', () => {
  const meters = [{ state: 'live' }, { state: 'offline' }];
  const power = { meters } as Parameters<typeof silentMeters>[0];
  expect(silentMeters(power)).toEqual([{ state: 'offline' }]);
  expect(silentMeters(null)).toEqual([]);
});

it('the share of own power is what is not bought, wherever it came from', () => {
  const live = (w: number | null) => ({ w, live: w !== null, at: null });
  expect(ownPowerShare(live(1_000), live(250))).toBe(75);
  expect(ownPowerShare(live(1_000), live(-300))).toBe(100);
  // The battery is charged from the mains.
  expect(ownPowerShare(live(1_000), live(4_000))).toBe(0);
  expect(ownPowerShare(live(null), live(4_000))).toBeNull();
  expect(ownPowerShare(live(1_000), live(null))).toBeNull();
  expect(ownPowerShare(live(1_000), { ...live(10), live: false })).toBeNull();
});

it.each([
  [667, 'discharging'],
  [-667, 'charging'],
  [0, 'at rest'],
])('a battery at %d W is %s', (w, word) => {
  const tellers = { words: words.en, locale: 'en' as const, since: null };
  expect(flowWord('battery', { w, live: true, at: null }, tellers)).toBe(word);
});

describe('the line to the server', () => {
  const open = { link: 'open', isOnline: true, denial: null } as const;
  const { state } = words.en;

  it.each([
    [open, true, null],
    [open, false, { kind: 'connecting', text: state.connecting }],
    [{ ...open, link: 'connecting' }, false, { kind: 'connecting', text: state.connecting }],
    [{ ...open, link: 'lost' }, false, { kind: 'lost', text: state.gone }],
    [{ ...open, link: 'lost' }, true, { kind: 'lost', text: state.gone }],
    [{ ...open, link: 'lost', isOnline: false }, false, { kind: 'lost', text: state.offline }],
    [{ ...open, link: 'lost', denial: 'busy' }, false, { kind: 'lost', text: state.busy }],
  ] as const)('that is %o, with values of now %s', (line, fresh, told) => {
    expect(lineWord(line, fresh, words.en)).toEqual(told);
  });
});
