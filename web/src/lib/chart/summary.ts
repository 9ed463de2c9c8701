/** What a chart shows, in sentences for a screen reader. */
import { energy as energyText, power as powerText, type NumberStyle } from '../format';
import type { Words } from '../i18n';
import * as time from '../time';
import type { Tongue } from '../time';
import type { Energy } from '../wire';
import type { Picture } from './picture';

interface Tellers {
  words: Words;
  tongue: Tongue;
  style: NumberStyle;
}

export function summaryOf(
  title: string,
  { totals }: Energy,
  picture: Picture | null,
  hasSolar: boolean,
  { words, tongue, style }: Tellers,
): string {
  const { history } = words;
  const used = quantity(totals.consumed_wh, style);
  const sentences = [
    hasSolar
      ? history.summaryPower(title, used, quantity(totals.produced_wh, style))
      : history.summaryOnlyUsed(title, used),
  ];
  const peak = peakOf(picture);
  if (peak) {
    const { value, unit } = powerText(peak.home_kw * 1000, style);
    sentences.push(history.summaryPeak(`${value} ${unit}`, time.atClock(peak.start, tongue)));
  }
  return `${sentences.join(' ')} ${history.chartHelp}`;
}

function quantity(wh: number | null, style: NumberStyle): string {
  const { value, unit } = energyText(wh, style);
  return unit ? `${value} ${unit}` : value;
}

function peakOf(picture: Picture | null): { home_kw: number; start: string } | null {
  if (picture?.kind !== 'power') return null;
  const peak = picture.slots.reduce<(typeof picture.slots)[number] | null>(
    (most, slot) => ((slot.home ?? -1) > (most?.home ?? -1) ? slot : most),
    null,
  );
  return peak?.home ? { home_kw: peak.home, start: peak.start } : null;
}
