/** The words of money in the language that is spoken. */
import { costEn, type CostWords } from '../i18n/cost.en';
import { costFi } from '../i18n/cost.fi';
import type { Locale } from '../time';

export const costWords = (locale: Locale): CostWords => (locale === 'fi' ? costFi : costEn);
