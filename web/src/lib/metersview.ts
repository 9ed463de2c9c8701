/** What Meters says of one meter: its findings, each a mark, a bold sentence and a grey one. */
import { energy, fixed, span, type NumberStyle } from './format';
import type { Words } from './i18n';
import { phaseName } from './now';
import { sourcesOf } from './sources';
import * as time from './time';
import type { Locale } from './time';
import type { MeterAudit, MeterBooks, Site } from './wire';

export interface Finding {
  mark: 'agrees' | 'differs' | 'waits' | 'told' | 'fault';
  bold: string;
  detail: string;
  /** In the server's own English, whatever the app speaks. */
  note?: string;
  /** The same, opened by who wants to know more: what is told in the app's language is complete without it. */
  more?: string;
}

export type Production = NonNullable<Site['meters'][number]['production']>;

interface Tellers {
  words: Words;
  locale: Locale;
  style: NumberStyle;
}

/** Each counter is rounded by the meter to 0.01 Wh, six of them twice: what is below is no difference. */
const ROUNDING_WH = 0.5;
/** A clock that is this near is right. */
const CLOCK_RIGHT_S = 0.05;
/** From here on a clock is minutes off, not seconds. */
const LONG_S = 120;

const text = (wh: number | null, style: NumberStyle): string => {
  const { value, unit } = energy(wh, style);
  return unit ? `${value}\u00a0${unit}` : value;
};

/** The year only where it is not that of the meter's newest minute. */
function dateTime(at: string, locale: Locale, newest: string | null): string {
  const date =
    newest === null || at.startsWith(newest.slice(0, 4))
      ? time.date(at, locale)
      : time.dateYear(at, locale);
  return `${date} ${time.atClock(at, locale)}`;
}

export function auditFinding(
  audit: MeterAudit | undefined,
  meter: MeterBooks,
  { words, locale, style }: Tellers,
  production: Production = 'positive',
): Finding {
  const { meters } = words;
  if (!audit?.compared_from || !audit.compared_to) {
    return { mark: 'waits', bold: meters.auditSoon, detail: meters.auditSoonWhy };
  }
  const difference_wh =
    Math.abs(audit.difference.imported_wh ?? 0) + Math.abs(audit.difference.exported_wh ?? 0);
  const difference = text(difference_wh < ROUNDING_WH ? 0 : difference_wh, style);
  // The counters are read a moment before the minutes that they count are booked.
  const ahead = Date.parse(audit.compared_to) > Date.parse(meter.booked_to ?? '');
  if ((meter.to_fetch_minutes ?? 0) > 0 || (ahead && difference_wh >= ROUNDING_WH)) {
    const clock = dateTime(audit.compared_to, locale, meter.booked_to);
    return {
      mark: 'waits',
      bold: meters.auditWaits,
      detail: meters.auditUntil(clock, difference),
    };
  }
  const since = dateTime(audit.compared_from, locale, meter.booked_to);
  const { imported_wh, exported_wh } = audit.booked;
  // What gives to the home counts as its clamps point; the settings say which of the two that is.
  const [given_wh, taken_wh] =
    production === 'positive' ? [imported_wh, exported_wh] : [exported_wh, imported_wh];
  const told =
    sourcesOf(meter).length > 1
      ? meters.auditedAll(since, text(imported_wh, style), text(exported_wh, style))
      : words.audited[audit.role](since, text(given_wh, style), text(taken_wh, style));
  if (difference_wh < ROUNDING_WH) return { mark: 'agrees', bold: meters.agree, detail: told };
  const missing = Math.round(audit.missing_minutes ?? 0);
  const why = missing > 0 ? ` ${meters.differGap(span(missing))}` : '';
  return { mark: 'differs', bold: meters.differ(difference), detail: `${told}.${why}` };
}

/** "Heat pump L1 · Battery L2", each by its own name, where a meter serves several. */
export function sourcesWord(meter: MeterBooks, { measured }: Words): string {
  const sources = sourcesOf(meter);
  if (sources.length < 2) return '';
  return sources
    .map(({ name, role, phases }) => {
      const said = wordOf(role, measured);
      const own = isSaidBy(name, role, said)
        ? time.capital(name)
        : `${time.capital(name)} (${said})`;
      return [own, ...phases.map(phaseName)].join('\u00a0');
    })
    .join(' · ');
}

/** A newer server may name a role that this app does not know. */
const wordOf = (role: string, measured: Readonly<Record<string, string>>): string =>
  measured[role] ?? role;

/** Whether the name says the role. */
const isSaidBy = (name: string, role: string, said: string): boolean =>
  [said.toLowerCase(), role].some((word) => name.toLowerCase().includes(word));

/** What it measures, in words; nothing where its name says it. */
export function roleWord({ name, role }: MeterBooks, { measured, meters }: Words): string {
  const said = wordOf(role, measured);
  return isSaidBy(name, role, said) ? '' : meters.measures(said);
}

export function clockWords(offset_s: number | null, words: Words, style: NumberStyle): string {
  if (offset_s === null) return '';
  const off_s = Math.abs(offset_s);
  if (off_s < CLOCK_RIGHT_S) return words.meters.clockRight;
  const length =
    off_s < LONG_S ? `${fixed(off_s, off_s < 10 ? 1 : 0, style)} s` : span(Math.round(off_s / 60));
  return offset_s > 0 ? words.meters.clockAhead(length) : words.meters.clockBehind(length);
}

/** "Shelly Pro 3EM"; the code name in what was kept of an older server. */
export const modelName = ({ model, model_name }: Partial<MeterBooks>): string | null =>
  model_name ?? model ?? null;

/** "DE:30:00:00:00:A1" */
export const macText = (mac: string): string => mac.match(/../g)?.join(':') ?? mac;
