/**
 * The home's wall clock, read from the server's own text ("2026-03-29T04:00:00+03:00").
 *
 * The zone belongs to the home, not to the phone, so the text before the offset is what a clock on the
 * home's wall shows. Nothing here counts days: periods and their neighbours come from the server.
 */
import { monthName, monthShortName, weekdayName, type Locale } from './names';

export type { Locale };

/** The wall clock as if it were UTC: good for the UTC methods of a Date, for nothing else. */
function wall(at: string): Date {
  const text = at.length > 10 ? at.slice(0, 19) : `${at}T00:00:00`;
  return new Date(`${text}Z`);
}

/** "13:45", in Finnish "13.45". */
export function clock(at: string, locale: Locale): string {
  const text = at.slice(11, 16);
  return locale === 'fi' ? text.replace(':', '.') : text;
}

/** The end of a day by the clock. */
export const midnight = (locale: Locale): string => (locale === 'fi' ? '24.00' : '24:00');

/** The clock with seconds, for a phone that shows what happened a moment ago. */
export function clockSeconds(at: string, locale: Locale): string {
  const text = at.slice(11, 19);
  return locale === 'fi' ? text.replaceAll(':', '.') : text;
}

/** "13:45", in running Finnish text "klo 13.45". */
export function atClock(at: string, locale: Locale): string {
  return locale === 'fi' ? `klo\u00a0${clock(at, locale)}` : clock(at, locale);
}

/** The clock, with its date where that is not today: "13:45", "22 April 23:13", "22 April 2025 23:13". */
export function when(at: string, now: string, locale: Locale): string {
  const clock = atClock(at, locale);
  if (at.slice(0, 10) === now.slice(0, 10)) return clock;
  const isThisYear = at.slice(0, 4) === now.slice(0, 4);
  return `${isThisYear ? date(at, locale) : dateYear(at, locale)} ${clock}`;
}

/** The same where there is little room: "13:45", "22 Apr 23:13". */
export function whenShort(at: string, now: string, locale: Locale): string {
  const clock = atClock(at, locale);
  return at.slice(0, 10) === now.slice(0, 10) ? clock : `${dateShort(at, locale)} ${clock}`;
}

/** 0 is Sunday. */
export const dayOfWeek = (at: string): number => wall(at).getUTCDay();

/** "Wed", "ke". */
export const weekday = (at: string, locale: Locale): string => weekdayName(dayOfWeek(at), locale);

/** "23 April", "23.4." */
export function date(at: string, locale: Locale): string {
  if (locale === 'fi') return `${String(day(at))}.${String(month(at))}.`;
  return `${String(day(at))} ${monthName(month(at), locale)}`;
}

/** "23 April 2025", "23.4.2025" */
export const dateYear = (at: string, locale: Locale): string =>
  `${date(at, locale)}${locale === 'fi' ? '' : ' '}${at.slice(0, 4)}`;

/** "23 Apr", "23.4." */
export function dateShort(at: string, locale: Locale): string {
  if (locale === 'fi') return date(at, locale);
  return `${String(day(at))} ${monthShortName(month(at), locale)}`;
}

/** "Thu 23 Apr", "to 23.4."; of another year "Thu 23 Apr 2025", "to 23.4.2025". */
export function weekdayDate(at: string, thisYear: string, locale: Locale): string {
  const day = `${weekday(at, locale)} ${dateShort(at, locale)}`;
  if (at.startsWith(thisYear)) return day;
  return `${day}${locale === 'fi' ? '' : ' '}${at.slice(0, 4)}`;
}

/** "April 2026", "Huhtikuu 2026" */
export function monthYear(at: string, locale: Locale): string {
  return capital(`${monthName(month(at), locale)} ${at.slice(0, 4)}`);
}

/** "Apr", "huhti" */
export const monthShort = (at: string, locale: Locale): string => monthShortName(month(at), locale);

/** "April", "huhtikuu" */
export const monthLong = (at: string, locale: Locale): string => monthName(month(at), locale);

/** Where there is no room for a name: "A"; in Finnish, where letters say too little, "4". */
export const monthLetter = (at: string, locale: Locale): string =>
  locale === 'fi' ? String(month(at)) : monthName(month(at), locale).charAt(0).toUpperCase();

/** "Jan–Nov 2025", "Jan 2025", "1–11/2025" */
export function monthRange(first: string, last: string, locale: Locale): string {
  const name = (at: string): string =>
    locale === 'fi' ? String(month(at)) : monthShortName(month(at), locale);
  const isOne = first.slice(0, 7) === last.slice(0, 7);
  const range = isOne ? name(first) : `${name(first)}–${name(last)}`;
  return `${range}${locale === 'fi' ? '/' : ' '}${first.slice(0, 4)}`;
}

/** "16–22 Nov", "30 Nov – 6 Dec", "16.–22.11." */
export function dateRange(first: string, last: string, locale: Locale): string {
  if (first.slice(0, 10) === last.slice(0, 10)) return dateShort(first, locale);
  const same = first.slice(0, 7) === last.slice(0, 7);
  if (locale === 'fi') {
    return same
      ? `${String(day(first))}.–${date(last, locale)}`
      : `${date(first, locale)} – ${date(last, locale)}`;
  }
  return same
    ? `${String(day(first))}–${dateShort(last, locale)}`
    : `${dateShort(first, locale)} – ${dateShort(last, locale)}`;
}

/** "22 April 09:15–10:00"; over midnight, "20 April 22:00 – 22 April 08:00". */
export function clockRange(from: string, to: string, locale: Locale): string {
  const begin = `${date(from, locale)} ${clock(from, locale)}`;
  const isOneDay = from.slice(0, 10) === to.slice(0, 10);
  return isOneDay
    ? `${begin}–${clock(to, locale)}`
    : `${begin} – ${date(to, locale)} ${clock(to, locale)}`;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(time_zone: string): Intl.DateTimeFormat {
  const known = clocks.get(time_zone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: time_zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
  clocks.set(time_zone, format);
  return format;
}

/** Part of what newer browsers know, and TypeScript not yet. */
interface Temporal {
  Instant: {
    fromEpochMilliseconds(now_ms: number): {
      toZonedDateTimeISO(time_zone: string): { toString(): string };
    };
  };
}
const { Temporal } = globalThis as { Temporal?: Temporal };

/**
 * The first format of a page takes a phone 50 ms: better while it waits for the server than when it has an answer.
 * Temporal needs none, and half a millisecond.
 */
export function warmUp(): void {
  if (!Temporal) clockOf('UTC');
}

/** The moment now as the home's clock has it, in the form in which the server writes times (no offset). */
export function homeNow(now_ms: number, time_zone: string): string {
  if (Temporal) {
    const now = Temporal.Instant.fromEpochMilliseconds(Math.floor(now_ms));
    return now.toZonedDateTimeISO(time_zone).toString().slice(0, 19);
  }
  const parts = clockOf(time_zone).formatToParts(now_ms);
  const part = (type: string): string => parts.find((each) => each.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}:${part('second')}`;
}

export const day = (at: string): number => Number(at.slice(8, 10));
export const month = (at: string): number => Number(at.slice(5, 7));
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The last day inside a half-open span of days: the one before its end's, also where that day has no midnight. */
export function lastDay(end: string): string {
  return new Date(wall(end.slice(0, 10)).getTime() - 1).toISOString().slice(0, 10);
}

/** The offset at the end of an RFC 3339 text: "+03:00", "Z". */
export const offset = (at: string): string => /(Z|[+-]\d\d:\d\d)$/.exec(at)?.[0] ?? 'Z';
