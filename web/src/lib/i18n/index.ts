/** The languages, and which one this phone speaks. Only that one is fetched. */
import type { Locale } from '../time';
import type { Words } from './en';
import type { SetupWords } from './setup.en';

export type { SetupWords, Words };

export const localeNames: Record<Locale, string> = { en: 'English', fi: 'Suomi' };

const LANGUAGES: Record<Locale, () => Promise<Words>> = {
  en: async () => (await import('./en')).en,
  fi: async () => (await import('./fi')).fi,
};

const OF_SETUP: Record<Locale, () => Promise<SetupWords>> = {
  en: async () => (await import('./setup.en')).setupEn,
  fi: async () => (await import('./setup.fi')).setupFi,
};

export const loadWords = (locale: Locale): Promise<Words> => LANGUAGES[locale]();

/** What only the page says that sets a home up. */
export const loadSetupWords = (locale: Locale): Promise<SetupWords> => OF_SETUP[locale]();

/** The first of these languages that the app has, else English. `src/starter.ts` chooses by the same rule. */
export function localeOf(languages: readonly string[]): Locale {
  for (const language of languages) {
    const primary = language.toLowerCase().split('-')[0];
    if (primary === 'en' || primary === 'fi') return primary;
  }
  return 'en';
}
