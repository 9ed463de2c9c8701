import { describe, expect, it } from 'vitest';
import {
  billText,
  money,
  moneyText,
  price,
  priceText,
  priceUnit,
  rateText,
  roughly,
  signOf,
} from './money';

const en = { locale: 'en' };
const fi = { locale: 'fi' };

describe('an amount', () => {
  it.each([
    [12.345, 'EUR', en, '12.35\u00a0€'],
    [-0.005, 'EUR', en, '\u22120.01\u00a0€'],
    [1234.5, 'EUR', fi, '1234,50\u00a0€'],
    [12_345.6, 'EUR', fi, '12346\u00a0€'],
    [3, 'SEK', en, '3.00\u00a0kr'],
    [3, 'PLN', en, '3.00\u00a0PLN'],
    [null, 'EUR', en, '–'],
  ])('%d %s is %s', (amount, currency, style, text) => {
    expect(moneyText(amount, currency, style)).toBe(text);
  });

  it('has its cents on a bill, however large it is', () => {
    expect(billText(12_345.67, 'SEK', en)).toBe('12345.67\u00a0kr');
    expect(billText(null, 'EUR', en)).toBe('–');
  });

  it('stands beside its rate of VAT, whole', () => {
    expect([25.5, 24, 9.125].map((pct) => rateText(pct, fi))).toEqual([
      '25,5\u00a0%',
      '24\u00a0%',
      '9,125\u00a0%',
    ]);
    expect(rateText(25.5, en)).toBe('25.5%');
  });

  it('has a number and a sign', () => {
    expect(money(2, 'EUR', fi)).toEqual({ value: '2,00', unit: '€' });
    expect(money(null, 'EUR', fi)).toEqual({ value: '–', unit: '' });
    expect(signOf('NOK')).toBe('kr');
  });

  it('that is estimated is as coarse as it is sure', () => {
    expect(roughly(104.6, 'EUR', en)).toBe('105\u00a0€');
    expect(roughly(1_234, 'EUR', en)).toBe('1230\u00a0€');
  });
});

describe('a price', () => {
  it('is in hundredths of the currency', () => {
    expect(priceUnit('EUR')).toBe('c/kWh');
    expect(priceUnit('SEK')).toBe('öre/kWh');
    expect(priceUnit('PLN')).toBe('0.01 PLN/kWh');
    expect(price(0.17744, fi)).toBe('17,74');
    expect(price(null, fi)).toBe('–');
    expect(priceText(-0.005, 'EUR', en)).toBe('\u22120.50\u00a0c/kWh');
    expect(priceText(null, 'EUR', en)).toBe('–');
  });
});
