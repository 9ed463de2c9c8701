/** The names of days and months. Intl knows them too, but making each of its formats costs a phone several ms. */

/** The locale whose forms of dates are used. English is British: day before month, 24 hours. */
export type Locale = 'en' | 'fi';

/** From Sunday on, as getUTCDay counts. */
const WEEKDAYS: Record<Locale, string> = {
  en: 'Sun Mon Tue Wed Thu Fri Sat',
  fi: 'su ma ti ke to pe la',
};
const MONTHS: Record<Locale, string> = {
  en: 'January February March April May June July August September October November December',
  fi: 'tammikuu helmikuu maaliskuu huhtikuu toukokuu kesäkuu heinäkuu elokuu syyskuu lokakuu marraskuu joulukuu',
};
const MONTHS_SHORT: Record<Locale, string> = {
  en: 'Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec',
  fi: 'tammi helmi maalis huhti touko kesä heinä elo syys loka marras joulu',
};

const nth = (names: string, at: number): string => names.split(' ')[at] ?? '';

/** "Wed", "ke"; 0 is Sunday. */
export const weekdayName = (day: number, locale: Locale): string => nth(WEEKDAYS[locale], day);

/** "April", "huhtikuu"; 1 is January. */
export const monthName = (month: number, locale: Locale): string => nth(MONTHS[locale], month - 1);

/** "Apr", "huhti"; 1 is January. */
export const monthShortName = (month: number, locale: Locale): string =>
  nth(MONTHS_SHORT[locale], month - 1);
