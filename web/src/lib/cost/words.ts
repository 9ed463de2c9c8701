/** The words of money, fetched with its parts in the language that is spoken. */
import type { CostWords } from '../i18n/cost.en';
import type { Locale } from '../time';

const LANGUAGES: Record<Locale, () => Promise<CostWords>> = {
  en: async () => (await import('../i18n/cost.en')).costEn,
  fi: async () => (await import('../i18n/cost.fi')).costFi,
};
const known: Partial<Record<Locale, CostWords>> = {};

export async function loadCostWords(locale: Locale): Promise<void> {
  known[locale] ??= await LANGUAGES[locale]();
}

/** Those that were loaded. */
export function costWords(locale: Locale): CostWords {
  const words = known[locale];
  if (!words) throw new Error(`no words of money in ${locale}`);
  return words;
}
