/** The ways to what shows money; it comes with its words, and only where there is a tariff. */
import type { Component } from 'svelte';
import { loadCostWords } from '../lib/cost/words';
import type { Locale } from '../lib/time';

export async function moneyParts(locale: Locale): Promise<typeof import('./cost')> {
  const [parts] = await Promise.all([import('./cost'), loadCostWords(locale)]);
  return parts;
}

export async function moneyNow(locale: Locale): Promise<Component> {
  const [part] = await Promise.all([import('./cost/MoneyNow.svelte'), loadCostWords(locale)]);
  return part.default;
}
