/** What is not on the books: the gaps of a period, how long they are, and in which words. */
import { span } from './format';
import type { Words } from './i18n';
import { kindOf } from './period';
import * as time from './time';
import type { Locale } from './time';
import type { Energy, MeterBooks, MissingSpan } from './wire';

/** The gaps of any meter as far as they lie in the period, in order, those of both meters at once told once. */
export function gapsIn(energy: Energy, meters: readonly MeterBooks[] | undefined): MissingSpan[] {
  const { start: from, end: to } = energy;
  const gaps = (meters ?? [])
    .flatMap(({ missing }) => missing ?? [])
    .filter(({ start, end }) => isBefore(from, end) && isBefore(start, to))
    .map((gap) => ({
      ...gap,
      start: isBefore(gap.start, from) ? from : gap.start,
      end: isBefore(to, gap.end) ? to : gap.end,
    }))
    .sort(
      (a, b) => Date.parse(a.start) - Date.parse(b.start) || Date.parse(b.end) - Date.parse(a.end),
    );
  return gaps.filter((gap, i) => !gaps.slice(0, i).some(({ end }) => !isBefore(end, gap.end)));
}

const isBefore = (one: string, other: string): boolean => Date.parse(one) < Date.parse(other);

/** Minutes in which any of them is open; in order, none inside another. */
export function minutesOf(gaps: readonly MissingSpan[]): number {
  let told_ms = -Infinity;
  let sum_ms = 0;
  for (const { start, end } of gaps) {
    sum_ms += Date.parse(end) - Math.max(told_ms, Date.parse(start));
    told_ms = Date.parse(end);
  }
  return Math.round(sum_ms / 60_000);
}

/** One line on the gaps of a period; null where there are none. */
export function gapWords(
  energy: Energy,
  gaps: readonly MissingSpan[],
  words: Words,
  locale: Locale,
): string | null {
  const [first] = gaps;
  if (!first) return null;
  const more = gaps.length > 1 ? ` (${words.meters.more(gaps.length - 1)})` : '';
  if (kindOf(energy.period) === 'day') {
    const isToTheEnd = Date.parse(first.end) === Date.parse(energy.end);
    const end = isToTheEnd ? time.midnight(locale) : time.clock(first.end, locale);
    const when = `${time.clock(first.start, locale)}–${end}`;
    const reason = words.meters.reasons[first.reason] ?? first.reason;
    return words.history.notBooked(when, reason) + more;
  }
  if (gaps.length > 1) return words.history.missing(span(minutesOf(gaps)));
  return words.history.notBookedPlain(time.date(first.start, locale), span(minutesOf(gaps)));
}
