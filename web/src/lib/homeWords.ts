/** The words of the home's settings, fetched with them in the language that is spoken. */
import type { HomeWords } from './i18n/home.en';
import type { Locale } from './time';

export type { HomeWords };

const LANGUAGES: Record<Locale, () => Promise<HomeWords>> = {
  en: async () => (await import('./i18n/home.en')).homeEn,
  fi: async () => (await import('./i18n/home.fi')).homeFi,
};

export const loadHomeWords = (locale: Locale): Promise<HomeWords> => LANGUAGES[locale]();
