import { describe, expect, it } from 'vitest';
import { age, clock, energy, percent, power, type Quantity } from './format';

const en = { locale: 'en' };
const fi = { locale: 'fi' };
const join = ({ value, unit }: Quantity): string => `${value} ${unit}`.trim();

describe('power', () => {
  it.each([
    [0, '0 W'],
    [-0.3, '0 W'],
    [320.4, '320 W'],
    [999.4, '999 W'],
    [999.6, '1.00 kW'],
    [1000, '1.00 kW'],
    [1023, '1.02 kW'],
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

describe('age', () => {
  it.each([
    [null, '–'],
    [8.9, '8\u00a0s'],
    [59.99, '59\u00a0s'],
    [60, '1\u00a0min'],
    [3599, '59\u00a0min'],
    [7200, '2\u00a0h'],
  ])('writes %s seconds as %s', (seconds, written) => {
    expect(age(seconds)).toBe(written);
  });
});

describe('clock', () => {
  it("reads the home's wall clock whatever zone this machine is in", () => {
    expect(clock('2026-03-29T04:00:12.310+03:00')).toBe('04:00');
  });
});
