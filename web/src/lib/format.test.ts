import { describe, expect, it } from 'vitest';
import {
  age,
  coverage,
  energiesAlike,
  energy,
  energyIn,
  energyTable,
  fixed,
  percent,
  power,
  powerIn,
  span,
  type Quantity,
  unitOf,
} from './format';

const en = { locale: 'en' };
const fi = { locale: 'fi' };
const plain = (text: string): string => text.replaceAll('\u00a0', ' ');
const join = ({ value, unit }: Quantity): string => `${value} ${unit}`.trim();

describe('power', () => {
  it.each([
    [0, '0 W'],
    [-0.3, '0 W'],
    [320.4, '320 W'],
    [999.4, '999 W'],
    [999.6, '1.00 kW'],
    [1000, '1.00 kW'],
    [1005, '1.01 kW'],
    [1023, '1.02 kW'],
    [1e-9, '0 W'],
    [12_340, '12.34 kW'],
    [99_994, '99.99 kW'],
    [99_996, '100.0 kW'],
    [123_456, '123.5 kW'],
    [1_234_567, '1235 kW'],
    [-2_104, '−2.10 kW'],
  ])('writes %d W as %s', (w, written) => {
    expect(join(power(w, en))).toBe(written);
  });

  it('writes an unknown value as a dash without a unit', () => {
    expect(power(null, en)).toEqual({ value: '–', unit: '' });
  });

  it('writes the sign of a flow on both sides', () => {
    expect(power(320, { ...en, signed: true }).value).toBe('+320');
    expect(power(-320, { ...en, signed: true }).value).toBe('−320');
    expect(power(0.2, { ...en, signed: true }).value).toBe('0');
  });

  it('uses the decimal mark of the language', () => {
    expect(join(power(2_460, fi))).toBe('2,46 kW');
    expect(power(-2_460, fi).value).toBe('−2,46');
  });
});

describe('energy', () => {
  it.each([
    [0, '0 Wh'],
    [850, '850 Wh'],
    [999.5, '1.00 kWh'],
    [4_560, '4.56 kWh'],
    [17_684, '17.68 kWh'],
    [682_140, '682.1 kWh'],
    [999_940, '999.9 kWh'],
    [999_960, '1.000 MWh'],
    [1_232_400, '1.232 MWh'],
    [12_345_678, '12.35 MWh'],
  ])('writes %d Wh as %s', (wh, written) => {
    expect(join(energy(wh, en))).toBe(written);
  });

  it('writes an unknown value as a dash without a unit', () => {
    expect(energy(null, fi)).toEqual({ value: '–', unit: '' });
  });
});

describe('percent', () => {
  it('keeps to the language', () => {
    expect(percent(39.4, en)).toBe('39%');
    expect(percent(39.4, fi)).toBe('39\u00a0%');
    expect(percent(100, en, 2)).toBe('100.00%');
    expect(percent(12.789, fi, 2)).toBe('12,79\u00a0%');
    expect(percent(null, en)).toBe('–');
  });
});

describe('coverage', () => {
  it.each([
    [100, '100%'],
    [99.97, '99%'],
    [96.9, '97%'],
    [0.2, '1%'],
    [0, '0%'],
  ])('of %d is %s: a hole is never rounded away', (pct, written) => {
    expect(coverage(pct, en)).toBe(written);
  });
});

describe('energies beside one another', () => {
  it('stay in kWh as long as four digits hold the largest', () => {
    expect(energiesAlike([1_497_300, 300_100], en).map(join)).toEqual(['1497 kWh', '300.1 kWh']);
    expect(energiesAlike([12_345_678, 300_100], en).map(join)).toEqual(['12.35 MWh', '0.300 MWh']);
    expect(energiesAlike([850, 20], en).map(join)).toEqual(['850 Wh', '20 Wh']);
  });

  it('share the unit of the largest', () => {
    expect(energiesAlike([682_140, 240_100, 850, null], en).map(join)).toEqual([
      '682.1 kWh',
      '240.1 kWh',
      '0.85 kWh',
      '–',
    ]);
  });
});

describe('units always in kilo', () => {
  it('writes small and large values in kW and kWh', () => {
    const kilo = { ...en, units: 'kilo' } as const;
    expect(join(power(320, kilo))).toBe('0.32 kW');
    expect(join(energy(1_232_400, kilo))).toBe('1232 kWh');
    expect(unitOf([1, 12_345_678], kilo)).toBe('kWh');
  });

  it('keeps one unit in a column, to four digits', () => {
    expect(powerIn('kW', -1_284, { ...en, signed: true })).toBe('−1.28');
    expect(powerIn('W', -1_284, { ...en, signed: true })).toBe('−1284');
    expect(powerIn('W', 9_999.4, en)).toBe('9999');
    expect(powerIn('W', 12_346, en)).toBe('12350');
    expect(powerIn('W', null, en)).toBe('–');
  });
});

describe('age', () => {
  it.each([
    [null, '–'],
    [-0.2, '1 s'],
    [1.99, '1 s'],
    [8.9, '8 s'],
    [59.99, '59 s'],
    [60, '1 min'],
    [3599, '59 min'],
    [7200, '2 h'],
    [200_000, '2 d'],
  ])('writes %s seconds as %s', (seconds, written) => {
    expect(plain(age(seconds))).toBe(written);
  });
});

describe('a length of time', () => {
  it.each([
    [45, '45 min'],
    [60, '1 h'],
    [200, '3 h 20 min'],
    [2880, '2 d'],
    [3120, '2 d 4 h'],
  ])('of %d minutes is %s', (minutes, written) => {
    expect(plain(span(minutes))).toBe(written);
  });
});

describe('at its bounds', () => {
  const kilo = { ...en, units: 'kilo' } as const;

  it('energies share the unit of the largest: Wh below 999.5, kWh below 9,999,500', () => {
    expect(unitOf([null, 999.4, 3], en)).toBe('Wh');
    expect(unitOf([1, -999.5], en)).toBe('kWh');
    expect(unitOf([9_999_499, 1], en)).toBe('kWh');
    expect(unitOf([9_999_500], en)).toBe('MWh');
    expect(unitOf([null, null], en)).toBe('Wh');
    expect(unitOf([null], kilo)).toBe('kWh');
    expect(energiesAlike([1_000_000_000, 1_234_567, null], en)).toEqual([
      { value: '1000', unit: 'MWh' },
      { value: '1.235', unit: 'MWh' },
      { value: '–', unit: '' },
    ]);
  });

  it('a column of watts is rounded to tens from five digits on, and not before', () => {
    expect(powerIn('W', 9_999.5, en)).toBe('10000');
    expect(powerIn('W', -12_344, en)).toBe('\u221212340');
    expect(powerIn('W', 0, en)).toBe('0');
  });

  it('an energy in a unit that is none is in its own', () => {
    expect(energyIn(950, '', en)).toEqual({ value: '950', unit: 'Wh' });
    expect(energyIn(950, 'kWh', en)).toEqual({ value: '0.95', unit: 'kWh' });
    expect(energyIn(null, 'kWh', en)).toEqual({ value: '–', unit: '' });
    expect(energyIn(1_232_400, 'MWh', en)).toEqual({ value: '1.232', unit: 'MWh' });
  });

  it.each([
    [-3, '1\u00a0s'],
    [59.9, '59\u00a0s'],
    [60, '1\u00a0min'],
    [3_599, '59\u00a0min'],
    [3_600, '1\u00a0h'],
    [7_199, '1\u00a0h'],
    [172_799, '47\u00a0h'],
    [172_800, '2\u00a0d'],
    [259_199, '2\u00a0d'],
    [259_200, '3\u00a0d'],
  ])('an age of %d s is %s', (seconds, text) => {
    expect(age(seconds)).toBe(text);
  });

  it.each([
    [59, '59\u00a0min'],
    [60, '1\u00a0h'],
    [61, '1\u00a0h 1\u00a0min'],
    [2_879, '47\u00a0h 59\u00a0min'],
    [2_880, '2\u00a0d'],
    [2_950, '2\u00a0d 1\u00a0h'],
    [2_969, '2\u00a0d 1\u00a0h'],
    [2_971, '2\u00a0d 2\u00a0h'],
  ])('%d minutes are %s', (minutes, text) => {
    expect(span(minutes)).toBe(text);
  });

  it.each([
    [0.4, '1%'],
    [99.6, '99%'],
    [0, '0%'],
    [100, '100%'],
    [50.5, '51%'],
  ])('coverage of %d is %s', (pct, text) => {
    expect(coverage(pct, en)).toBe(text);
  });

  it('a number that is written as zero has no sign', () => {
    expect(fixed(-0.004, 2, { ...en, signed: true })).toBe('0.00');
    expect(fixed(0.004, 2, { ...en, signed: true })).toBe('0.00');
    expect(fixed(0.006, 2, { ...en, signed: true })).toBe('+0.01');
    expect(fixed(1e-7, 6, en)).toBe('0.000000');
  });

  it('has four digits: 99.99 kW, then 100.0', () => {
    expect(join(power(99_994, en))).toBe('99.99 kW');
    expect(join(power(99_996, en))).toBe('100.0 kW');
    expect(join(power(999_940, en))).toBe('999.9 kW');
    expect(join(power(999_960, en))).toBe('1000 kW');
    expect(join(power(999.4, en))).toBe('999 W');
    expect(join(power(999.5, en))).toBe('1.00 kW');
  });
});

describe('what is rounded up to a further digit', () => {
  it('loses one behind the mark, also where its binary number is a little less', () => {
    expect(energy(99_995, { locale: 'en' })).toEqual({ value: '100.0', unit: 'kWh' });
    expect(energy(9_999_500, { locale: 'en' })).toEqual({ value: '10.00', unit: 'MWh' });
    expect(energy(999_950, { locale: 'en' })).toEqual({ value: '1.000', unit: 'MWh' });
  });
});

describe('a table of energies', () => {
  const told = (columns: (number | null)[][], units: 'auto' | 'kilo' = 'auto'): string[][] =>
    energyTable(columns, { locale: 'en', units }).map((column) =>
      column.map(({ value, unit }) => `${value} ${unit}`.trim()),
    );

  it('has one unit for all its columns, the smallest that four digits hold', () => {
    expect(
      told([
        [107, null],
        [1_904, 0],
      ]),
    ).toEqual([
      ['107 Wh', '–'],
      ['1904 Wh', '0 Wh'],
    ]);
    expect(told([[107], [9_999.4]])).toEqual([['107 Wh'], ['9999 Wh']]);
    expect(told([[107], [-9_999.5]])).toEqual([['0.11 kWh'], ['−10.00 kWh']]);
    expect(told([[500_000], [9_999_500]])).toEqual([['0.500 MWh'], ['10.00 MWh']]);
    expect(told([])).toEqual([]);
  });

  it('is in kWh where that is wished', () => {
    expect(told([[107], [904]], 'kilo')).toEqual([['0.11 kWh'], ['0.90 kWh']]);
  });
});
