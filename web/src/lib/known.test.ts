import { describe, expect, it } from 'vitest';
import { NOTHING_KNOWN, remember, rememberRecent } from './known';
import { NO_POWER, recentOf } from '../testing/nomore';
import type { Power } from './wire';

const power = (at: string, home_w: number | null): Power => ({
  ...NO_POWER,
  at,
  grid_w: 100,
  home_w,
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
