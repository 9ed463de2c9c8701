/** Amounts and prices as text: to the cent, and to the hundredth of a cent a kWh. */
import { fixed, percent, UNKNOWN, type NumberStyle, type Quantity } from '../format';

/** How a currency is written, and the hundredth part of it. */
const SIGNS: Readonly<Record<string, readonly [string, string]>> = {
  EUR: ['€', 'c'],
  SEK: ['kr', 'öre'],
  NOK: ['kr', 'øre'],
  DKK: ['kr', 'øre'],
};

export const signOf = (currency: string): string => SIGNS[currency]?.[0] ?? currency;

/** "c/kWh" */
export const priceUnit = (currency: string): string => {
  const part = SIGNS[currency]?.[1];
  return part ? `${part}/kWh` : `0.01 ${currency}/kWh`;
};

const WHOLE_FROM = 10_000;

/** "12.34 €"; without cents where they say nothing. */
export function money(amount: number | null, currency: string, style: NumberStyle): Quantity {
  if (amount === null) return { value: UNKNOWN, unit: '' };
  const decimals = Math.abs(amount) < WHOLE_FROM ? 2 : 0;
  return { value: fixed(amount, decimals, style), unit: signOf(currency) };
}

export function moneyText(amount: number | null, currency: string, style: NumberStyle): string {
  const { value, unit } = money(amount, currency, style);
  return unit ? `${value}\u00a0${unit}` : value;
}

/** On a bill: always with its cents, so that the lines that are printed add up. */
export const billText = (amount: number | null, currency: string, style: NumberStyle): string =>
  amount === null ? UNKNOWN : `${fixed(amount, 2, style)}\u00a0${signOf(currency)}`;

/** A rate of VAT with the decimals that it has. */
export const rateText = (pct: number, style: NumberStyle): string =>
  percent(pct, style, String(pct).split('.')[1]?.length ?? 0);

/** Rounded to what an estimate is worth: whole euros, tens of them above a thousand. */
export function roughly(amount: number, currency: string, style: NumberStyle): string {
  const step = Math.abs(amount) < 1_000 ? 1 : 10;
  return `${fixed(Math.round(amount / step) * step, 0, style)}\u00a0${signOf(currency)}`;
}

/** Of the currency per kWh, in hundredths: "12.34". */
export const price = (perKwh: number | null, style: NumberStyle): string =>
  fixed(perKwh === null ? null : perKwh * 100, 2, style);

export const priceText = (perKwh: number | null, currency: string, style: NumberStyle): string =>
  perKwh === null ? UNKNOWN : `${price(perKwh, style)}\u00a0${priceUnit(currency)}`;
