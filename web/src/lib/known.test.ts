import { describe, expect, it } from 'vitest';
import { NOTHING_KNOWN, remember, rememberRecent } from './known';
import type { Power } from './wire';

const power = (at: string, home_w: number | null): Power => ({
  at,
  grid_w: 100,
  solar_w: null,
  home_w,
  meters: [],
});

describe('what was last known', () => {
  const first = remember(NOTHING_KNOWN, power('2026-04-23T13:45:00.000+03:00', 400));

  it('stays, with its time, where a newer answer leaves it open', () => {
    const second = remember(first, power('2026-04-23T13:46:00.000+03:00', null));
    expect(second.home).toEqual({ w: 400, at: '2026-04-23T13:45:00.000+03:00' });
    expect(second.grid?.at).toBe('2026-04-23T13:46:00.000+03:00');
    expect(second.solar).toBeNull();
  });

  it('comes from the last minutes of the server where those are younger', () => {
    const recent = {
      at: ['2026-04-23T13:50:00.000+03:00', '2026-04-23T13:50:01.000+03:00'],
      grid_w: [1, null],
      solar_w: [null, null],
      home_w: [7, null],
    };
    expect(rememberRecent(first, recent).home).toEqual({ w: 7, at: recent.at[0] });
    const old = { ...recent, at: recent.at.map((at) => at.replace('13:50', '13:40')) };
    expect(rememberRecent(first, old).home).toBe(first.home);
  });
});
