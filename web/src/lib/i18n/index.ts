/** The languages, and which one this phone speaks. */
import type { Tongue } from '../time';
import { en, type Words } from './en';
import { fi } from './fi';

export type { Words };

export const words: Record<Tongue, Words> = { en, fi };
export const tongueNames: Record<Tongue, string> = { en: 'English', fi: 'Suomi' };

/** The first of the phone's languages that the app has, else English. */
export function tongueOf(languages: readonly string[]): Tongue {
  for (const language of languages) {
    const primary = language.toLowerCase().split('-')[0];
    if (primary === 'en' || primary === 'fi') return primary;
  }
  return 'en';
}
