import { describe, expect, it } from 'vitest';
import {
  age,
  coverage,
  energiesAlike,
  energy,
  kilowatts,
  percent,
  power,
  span,
  type Quantity,
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
    expect(kilowatts(-1_284, { ...en, signed: true })).toBe('−1.28');
  });
});

describe('age', () => {
  it.each([
    [null, '–'],
    [-0.2, '0 s'],
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
