/** What a chart shows, in sentences for a screen reader. */
import { energiesOfTotals } from '../energies';
import { shapeOf, type Roles } from '../shape';
import { energy as energyText, power as powerText, span, type NumberStyle } from '../format';
import { isBeingFetched } from '../fetching';
import { minutesOf } from '../gaps';
import type { Words } from '../i18n';
import * as time from '../time';
import type { Locale } from '../time';
import type { Energy, MissingSpan } from '../wire';
import type { Hole, Picture } from './picture';

interface Tellers {
  words: Words;
  locale: Locale;
  style: NumberStyle;
}

interface Shown {
  title: string;
  energy: Energy;
  picture: Picture | null;
  roles: Roles;
  /** Of the period, of any meter. */
  gaps: readonly MissingSpan[];
  /** It stands beside the moment: no key leads to other periods. */
  stays?: boolean;
}

export function summaryOf(
  { title, energy: { totals }, picture, roles, gaps, stays = false }: Shown,
  { words, locale, style }: Tellers,
): string {
  const { energies, fetching, history } = words;
  const whs = energiesOfTotals(totals);
  const told = shapeOf(roles).rows.map(({ kind }) =>
    energies[kind].summary(quantity(whs[kind], style)),
  );
  const sentences = [`${title}: ${told.join(', ')}.`];
  const peak = peakOf(picture);
  if (peak) {
    const { value, unit } = powerText(peak.home_kw * 1000, style);
    sentences.push(history.summaryPeak(`${value} ${unit}`, time.atClock(peak.start, locale)));
  }
  const missing_min = minutesMissing(picture, gaps, false);
  if (missing_min > 0) sentences.push(history.summaryMissing(span(missing_min)));
  const fetched_min = minutesMissing(picture, gaps, true);
  if (fetched_min > 0) sentences.push(fetching.summary(span(fetched_min)));
  const keys = stays ? 'now' : picture?.kind === 'power' ? 'day' : 'bars';
  return `${sentences.join(' ')} ${history.keys[keys]}`;
}

const minutesMissing = (
  picture: Picture | null,
  gaps: readonly MissingSpan[],
  isFetched: boolean,
): number =>
  picture?.kind === 'power'
    ? hatched(picture.holes.filter((hole) => hole.isFetched === isFetched))
    : minutesOf(gaps.filter((gap) => isBeingFetched(gap) === isFetched));

/** Minutes. */
const hatched = (holes: readonly Hole[]): number =>
  Math.round(holes.reduce((sum, { from, to }) => sum + (to - from), 0) / 60_000);

function quantity(wh: number | null, style: NumberStyle): string {
  const { value, unit } = energyText(wh, style);
  return unit ? `${value} ${unit}` : value;
}

function peakOf(picture: Picture | null): { home_kw: number; start: string } | null {
  if (picture?.kind !== 'power') return null;
  const peak = picture.slots.reduce<(typeof picture.slots)[number] | null>(
    (most, slot) => ((slot.used ?? -1) > (most?.used ?? -1) ? slot : most),
    null,
  );
  return peak?.used ? { home_kw: peak.used, start: peak.start } : null;
}
