import { describe, expect, it } from 'vitest';
import { NOTHING_KNOWN, remember, rememberRecent, type Known } from './known';
import { NO_POWER, recentOf } from '../testing/nomore';
import type { MeterPower, PhasePower, Power } from './wire';

const power = (at: string, home_w: number | null): Power => ({
  ...NO_POWER,
  at,
  grid_w: 100,
  home_w,
});

const phaseOf = (i: number, role: PhasePower['role']): PhasePower => ({
  phase: (['a', 'b', 'c'] as const)[i] ?? 'a',
  role,
  active_power_w: 5,
  apparent_power_va: null,
  voltage_v: 230,
  current_a: 1,
  power_factor: null,
  frequency_hz: null,
});

describe('what was last known', () => {
  const first = remember(NOTHING_KNOWN, power('2026-04-23T13:45:00.000+03:00', 400));

  it('stays, with its time, where a newer answer leaves it open', () => {
    const second = remember(first, power('2026-04-23T13:46:00.000+03:00', null));
    expect(second.home).toEqual({ w: 400, at: '2026-04-23T13:45:00.000+03:00' });
    expect(second.grid?.at).toBe('2026-04-23T13:46:00.000+03:00');
    expect(second.solar).toBeNull();
  });

  it('holds the phases of a meter that is silent since', () => {
    const at = '2026-04-23T13:45:00.000+03:00';
    const phase = {
      phase: 'a' as const,
      role: 'solar' as const,
      active_power_w: 5,
      apparent_power_va: null,
      voltage_v: 230,
      current_a: 1,
      power_factor: null,
      frequency_hz: null,
    };
    const meter = {
      name: 'roof',
      role: 'solar' as const,
      state: 'live' as const,
      age_s: 0,
      at,
      active_power_w: 5,
      phases: [phase],
      errors: [],
    };
    const live = remember(NOTHING_KNOWN, { ...power(at, 1), meters: [meter] });
    const silent = { ...meter, state: 'offline' as const, active_power_w: null, phases: [] };
    const later = remember(live, {
      ...power('2026-04-23T13:46:00.000+03:00', 1),
      meters: [silent],
    });
    expect(later.meters['roof']).toEqual({ at, phases: [phase], sum_w: 5 });
  });

  it('holds the phases of the mains, whichever meter they are on', () => {
    const meter = (name: string, state: 'live' | 'stale', roles: string): MeterPower => ({
      name,
      role: 'solar',
      state,
      age_s: 0,
      at: null,
      active_power_w: null,
      phases: [...roles].map((role, i) => phaseOf(i, role === 'g' ? 'grid' : 'solar')),
      errors: [],
    });
    const seen = (before: Known, at: string, ...meters: MeterPower[]): Known =>
      remember(before, { ...power(at, 1), meters });
    const shared = seen(NOTHING_KNOWN, '1', meter('roof', 'live', 'sgg'));
    const named = (known: Known) => known.phases?.phases.map(({ phase, meter: of }) => [phase, of]);
    expect(named(shared)).toEqual([
      ['b', null],
      ['c', null],
    ]);
    const house = meter('house', 'live', 'ggg');
    const two = seen(NOTHING_KNOWN, '2', house, meter('annex', 'live', 'gss'));
    expect(named(two)).toEqual([
      ['a', 'house'],
      ['b', 'house'],
      ['c', 'house'],
      ['a', 'annex'],
    ]);
    expect(seen(two, '3', house, meter('annex', 'stale', 'gss')).phases).toBe(two.phases);
    expect(seen(two, '4', meter('house', 'live', 'sss')).phases).toBeNull();
    expect(seen(NOTHING_KNOWN, '4', meter('roof', 'live', 'sss')).phases).toBeNull();
  });

  it('comes from the last minutes of the server where those are younger', () => {
    const recent = recentOf({
      at: ['2026-04-23T13:50:00.000+03:00', '2026-04-23T13:50:01.000+03:00'],
      grid_w: [1, null],
      home_w: [7, null],
    });
    expect(rememberRecent(first, recent).home).toEqual({ w: 7, at: recent.at[0] });
    const old = { ...recent, at: recent.at.map((at) => at.replace('13:50', '13:40')) };
    expect(rememberRecent(first, old).home).toBe(first.home);
  });
});
