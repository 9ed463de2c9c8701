import { describe, expect, it } from 'vitest';
import { words } from '../testing/words';
import { gridWord, nearest, ownSolarShare, phaseBars, solarWord } from './now';
import type { PhasePower } from './wire';

const FUSE_A = 25;
const phases = (...currents_a: (number | null)[]): PhasePower[] =>
  currents_a.map((current_a, i) => ({
    phase: (['a', 'b', 'c'] as const)[i] ?? 'a',
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
    expect(gridWord(was(-20, AT), told('2026-04-22T23:20:00'))).toBe('was selling, 23:13');
    expect(gridWord(was(-20, AT), told('2026-04-23T09:00:00'))).toBe('was selling, 22 Apr 23:13');
    expect(solarWord(was(20, AT), told('2026-04-23T09:00:00'))).toBe('was producing, 22 Apr 23:13');
  });

  it('says no time where that stands elsewhere', () => {
    expect(gridWord(was(30, AT), told(null))).toBe('was buying');
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
