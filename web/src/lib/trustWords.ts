/** The words of trusting the home, fetched when somebody wants them. */
import type { TrustWords } from './i18n/trust.en';
import type { Locale } from './time';

export type { TrustWords };

const LANGUAGES: Record<Locale, () => Promise<TrustWords>> = {
  en: async () => (await import('./i18n/trust.en')).trustEn,
  fi: async () => (await import('./i18n/trust.fi')).trustFi,
};

export const loadTrustWords = (locale: Locale): Promise<TrustWords> => LANGUAGES[locale]();
