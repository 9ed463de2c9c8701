import { describe, expect, it } from 'vitest';
import { besideRows } from './beside';
import { words } from '../testing/words';
import type { Power } from './wire';

const style = { locale: 'en' } as const;
const power = (battery_w: number | null, load_w: number | null = 1_840): Power => ({
  at: '2026-04-23T13:45:00.000+03:00',
  grid_w: 100,
  solar_w: null,
  battery_w,
  home_w: 100,
  loads: [{ name: 'Heat pump', active_power_w: load_w, state: 'live' }],
  meters: [],
});
const told = (now: Power, roles: string[]) =>
  besideRows(now, roles, words.en, style).map(
    ({ name, quantity }) => `${name} ${quantity.value} ${quantity.unit}`,
  );

describe('beside the flow of a home', () => {
  it('a battery says which way it flows, and a part what it uses', () => {
    const roles = ['grid', 'battery', 'load'];
    expect(told(power(-500), roles)).toEqual(['Battery charging 500 W', 'Heat pump 1.84 kW']);
    expect(told(power(500), roles)[0]).toBe('Battery discharging 500 W');
    expect(told(power(0), roles)[0]).toBe('Battery 0 W');
  });

  it('what is silent has its row and no number; what is not there has none', () => {
    expect(told(power(null, null), ['battery'])).toEqual(['Battery – ', 'Heat pump – ']);
    expect(told(power(null), ['grid'])).toEqual(['Heat pump 1.84 kW']);
  });
});
