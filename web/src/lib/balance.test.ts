import { describe, expect, it } from 'vitest';
import { aDay, TOTALS, withBattery } from '../testing/answers';
import { words } from '../testing/words';
import { balanceRows, energiesOf, hasShares, hasSmall, partsOf } from './balance';
import { energiesOfTotals } from './energies';
import { shapeOf } from './shape';
import type { Totals } from './wire';

const BOTH = { grid: true, solar: true };
const en = { locale: 'en' };
const rows = (changes: Partial<Totals> = {}, roles = BOTH) =>
  balanceRows({ ...TOTALS, ...changes }, roles, en);
const told = (row: ReturnType<typeof balanceRows>[number] | undefined) =>
  row?.parts.map(({ kind, quantity, width_pct }) => [kind, quantity.value, Math.round(width_pct)]);

describe('the balance of a home with both meters', () => {
  it('is what was used and produced, each with its parts on one scale', () => {
    const [used, produced, ...more] = rows();
    expect(more).toEqual([]);
    expect(used).toMatchObject({ kind: 'used', wh: 7_000, pct: 42.9 });
    expect(used?.quantity).toEqual({ value: '7.00', unit: 'kWh' });
    // The longest bar is 3 own + 6 sold; 3 of 9 are a third, 4 of 9 are 44 %.
    expect(told(used)).toEqual([
      ['own', '3.00', 33],
      ['bought', '4.00', 44],
    ]);
    expect(produced).toMatchObject({ kind: 'produced', wh: 9_000, pct: 33.3 });
    expect(told(produced)).toEqual([
      ['own', '3.00', 33],
      ['sold', '6.00', 67],
    ]);
  });

  it('takes the used bar for the scale where that is longer', () => {
    const [used, produced] = rows({ imported_wh: 9_000, exported_wh: 1_000 });
    expect(told(used)).toEqual([
      ['own', '3.00', 25],
      ['bought', '9.00', 75],
    ]);
    expect(told(produced)?.[1]).toEqual(['sold', '1.00', 8]);
  });

  it('has no parts and no share of what is written as zero: nothing is 100 % of it', () => {
    const [used, produced] = rows({ produced_wh: 4, self_consumption_pct: 100 });
    expect(produced?.quantity.value).toBe('0.00');
    expect(produced).toMatchObject({ parts: [], pct: null, wh: 4 });
    expect(used?.pct).toBe(42.9);
    const [nothing] = rows({ consumed_wh: 0, self_sufficiency_pct: 0 });
    expect(nothing).toMatchObject({ parts: [], pct: null, wh: 0 });
  });

  it('is unknown, not zero, before an answer came', () => {
    const [used, produced] = balanceRows(null, BOTH, en);
    expect(used).toMatchObject({ wh: null, pct: null, quantity: { value: '–', unit: '' } });
    expect(told(used)).toEqual([
      ['own', '–', 0],
      ['bought', '–', 0],
    ]);
    expect(told(produced)).toEqual([
      ['own', '–', 0],
      ['sold', '–', 0],
    ]);
    expect(produced).toMatchObject({ wh: null, pct: null });
  });

  it('counts what is unknown as nothing of the scale', () => {
    const [used] = rows({ self_consumed_wh: null, exported_wh: null });
    expect(told(used)).toEqual([
      ['own', '–', 0],
      ['bought', '4.00', 100],
    ]);
  });

  it('of the home alone is what it used, on a scale of its own', () => {
    const found = rows({}, { ...BOTH, only: 'home' } as typeof BOTH);
    expect(found.map(({ kind }) => kind)).toEqual(['used']);
    expect(told(found[0])).toEqual([
      ['own', '3.00', 43],
      ['bought', '4.00', 57],
    ]);
  });
});

describe('the balance of a home with one meter', () => {
  it('at the plant is what it gave', () => {
    const [row, ...more] = rows({}, { grid: false, solar: true });
    expect(more).toEqual([]);
    expect(row).toMatchObject({ kind: 'produced', wh: 9_000, pct: null });
    expect(row?.parts).toEqual([
      { kind: 'produced', quantity: { value: '9.00', unit: 'kWh' }, width_pct: 100 },
    ]);
    expect(rows({ produced_wh: 0 }, { grid: false, solar: true })[0]?.parts).toEqual([]);
    expect(rows({ produced_wh: null }, { grid: false, solar: true })[0]?.wh).toBeNull();
  });

  it('at the mains is what was bought, and what was sold where anything was', () => {
    const found = rows({ self_consumed_wh: null }, { grid: true, solar: false });
    expect(found.map(({ kind, wh, pct }) => [kind, wh, pct])).toEqual([
      ['bought', 4_000, null],
      ['sold', 6_000, null],
    ]);
    expect(told(found[0])).toEqual([['bought', '4.00', 67]]);
    expect(told(found[1])).toEqual([['sold', '6.00', 100]]);
    expect(rows({ exported_wh: 0 }, { grid: true, solar: false })).toHaveLength(1);
    expect(rows({ exported_wh: null }, { grid: true, solar: false })).toHaveLength(1);
  });
});

it('draws a single watt-hour as long as it is, whatever else is not known', () => {
  const known = { imported_wh: 1, consumed_wh: 1, produced_wh: 1, self_supplied_wh: 1 };
  const one = { ...known, exported_wh: null, self_consumed_wh: null };
  expect(told(rows(one)[0])).toEqual([
    ['own', '–', 0],
    ['bought', '1', 100],
  ]);
});

it('tells all in the unit of the largest', () => {
  const [used, produced] = rows({ produced_wh: 12_000_000 });
  expect(used?.quantity).toEqual({ value: '0.007', unit: 'MWh' });
  expect(produced?.quantity).toEqual({ value: '12.00', unit: 'MWh' });
  expect(energiesOf(TOTALS)).toEqual([3_000, null, 4_000, null, 6_000, 7_000, 9_000, 7_000]);
});

describe('the balance of a home with a battery', () => {
  const MORE = { grid: true, solar: true, battery: true };
  const STORED = withBattery(aDay('2026-04-22')).totals;
  const parts = (changes: Partial<Totals>) =>
    balanceRows({ ...STORED, ...changes }, MORE, en).map((row) => [
      row.kind,
      row.quantity.value,
      ...row.parts.map(({ kind, quantity }) => `${kind} ${quantity.value}`),
    ]);

  it('adds up: used is own, from the battery and bought; produced is own, charged and sold', () => {
    const sun = { consumed_wh: 7_000, produced_wh: 9_500, exported_wh: 6_000 };
    expect(parts(sun)).toEqual([
      ['used', '7.00', 'own 2.00', 'discharged 1.00', 'bought 4.00'],
      ['produced', '9.50', 'own 2.00', 'charged 1.50', 'sold 6.00'],
      ['discharged', '1.00', 'discharged 1.00'],
      ['charged', '1.50', 'charged 1.50'],
    ]);
  });

  it('takes what was charged from the mains for bought, whatever came back of it', () => {
    const night = {
      consumed_wh: 100,
      imported_wh: 110,
      produced_wh: 0,
      exported_wh: 0,
      discharged_wh: 90,
      charged_wh: 100,
      self_supplied_wh: -10,
      self_consumed_wh: 0,
    };
    expect(parts(night)).toEqual([
      ['used', '100', 'own 0', 'discharged 0', 'bought 110'],
      ['produced', '0'],
      ['discharged', '90', 'discharged 90'],
      ['charged', '100', 'charged 100'],
    ]);
  });

  it('gives of the battery only what own solar leaves of the whole', () => {
    const own_2 = { self_supplied_wh: 250, self_consumed_wh: 200, discharged_wh: 80 };
    const small = { consumed_wh: 300, produced_wh: 400, imported_wh: 50, exported_wh: 200 };
    expect(parts({ ...own_2, ...small, charged_wh: 30 })[0]).toEqual([
      'used',
      '300',
      'own 170',
      'discharged 80',
      'bought 50',
    ]);
  });

  it('bounds what the battery gave by what own solar leaves, and not by the two together', () => {
    const most = { consumed_wh: 300, self_supplied_wh: 250, discharged_wh: 90, imported_wh: 50 };
    const all = { ...STORED, ...most, produced_wh: 400, exported_wh: 200, self_consumed_wh: 0 };
    const whs = { ...energiesOfTotals(all), own: 200 };
    const used = shapeOf(MORE).rows.find(({ kind }) => kind === 'used');
    expect(used && partsOf(used, whs, all)).toMatchObject({ own: 200, discharged: 50, bought: 50 });
  });

  it('tells no part of what is not known', () => {
    expect(parts({ self_consumed_wh: null })[1]).toContain('charged –');
    const gone = { self_supplied_wh: null, charged_wh: null };
    expect(parts(gone)[0]).toEqual(['used', '7.00', 'own –', 'discharged –', 'bought 4.00']);
    expect(parts(gone)[1]?.[3]).toBe('charged –');
  });
});

it.each([
  [['used', 'produced'], true, false],
  [['used', 'produced', 'discharged', 'charged'], true, true],
  [['discharged', 'charged'], false, false],
  [[], false, false],
] as const)('of %j some have a share: %s, others are told smaller: %s', (kinds, shares, small) => {
  const told = kinds.map((kind) => ({ kind }));
  expect([hasShares(told, words.en), hasSmall(told, words.fi)]).toEqual([shares, small]);
});
