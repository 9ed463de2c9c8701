import { describe, expect, it } from 'vitest';
import { aDay, withBattery } from '../testing/answers';
import { power } from '../testing/home';
import { words } from '../testing/words';
import { loadsNow, loadsOf, type LoadRow } from './loads';
import type { Power } from './wire';

const style = { locale: 'en' } as const;
const told = (rows: LoadRow[]) =>
  rows.map(({ name, quantity, pct }) => [
    name,
    `${quantity.value} ${quantity.unit}`.trim(),
    pct === null ? null : Math.round(pct),
  ]);
const load = (name: string, active_power_w: number | null) => ({
  name,
  active_power_w,
  state: 'live' as const,
});
const now = (home_w: number | null, ...loads: Power['loads']) =>
  told(loadsNow(power({ home_w, loads }), words.en, style));

describe('the parts of the home, now', () => {
  it('are told with their shares, and the rest', () => {
    expect(now(2_000, load('heat pump', 1_500), load('car', 100))).toEqual([
      ['heat pump', '1.50 kW', 75],
      ['car', '100 W', 5],
      ['Other', '400 W', 20],
    ]);
  });

  it('have no rest where a part is silent, or the home is not known', () => {
    expect(now(2_000, load('car', null))).toEqual([['car', '–', null]]);
    expect(now(null, load('car', 100))).toEqual([['car', '100 W', null]]);
    expect(now(0, load('car', 0))).toEqual([
      ['car', '0 W', null],
      ['Other', '0 W', null],
    ]);
    expect(now(2_000)).toEqual([]);
  });

  it('have none either where they are more than the home: they overlap', () => {
    expect(now(1_000, load('upstairs', 900), load('car', 200))).toHaveLength(2);
  });

  it('lead to their own curves, the rest to none', () => {
    const rows = loadsNow(power({ loads: [load('car', 5)] }), words.fi, style);
    expect(rows.map(({ asked }) => asked)).toEqual(['load/car', null]);
    expect(rows[1]?.name).toBe('Muu');
  });
});

describe('the parts of the home over a span', () => {
  const day = withBattery(aDay('2026-04-22'));
  const of = (energy = day) => told(loadsOf(energy, words.en, style));

  it('are told in one unit with what the home used', () => {
    expect(of()).toEqual([
      ['heat pump', '1.75 kWh', 25],
      ['Other', '5.25 kWh', 75],
    ]);
  });

  it('have a share of the same minutes alone', () => {
    const [one] = day.totals.loads;
    const at = (coverage_pct: number | null) =>
      of({ ...day, totals: { ...day.totals, loads: one ? [{ ...one, coverage_pct }] : [] } });
    expect(at(99.6)[0]?.[2]).toBe(25);
    expect(at(99)).toEqual([['heat pump', '1.75 kWh', null]]);
    expect(at(null)).toEqual([['heat pump', '1.75 kWh', null]]);
  });

  it('that began inside it have none: before, they are absent', () => {
    const later = structuredClone(day);
    const [load] = later.buckets.loads;
    if (load) load.coverage_pct[0] = null;
    expect(of(later)).toEqual([['heat pump', '1.75 kWh', null]]);
  });
});
