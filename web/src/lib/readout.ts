/** The line above a chart: the legend, or the values under the finger. */
import type { BarPicture, BarSlot, Picture, PowerPicture, PowerSlot } from './chart/picture';
import { fixed, UNKNOWN, type NumberStyle } from './format';
import type { Words } from './i18n';
import * as time from './time';
import type { Tongue } from './time';
import type { Energy } from './wire';

export interface Mark {
  shape: 'line' | 'thin' | 'fill' | 'pale';
  ink: string;
  name: string;
  /** Said after the name where there is room. */
  more?: string;
  value?: string;
  /** Left out where there is no room. */
  dispensable?: boolean;
}

export interface Readout {
  /** Empty for the legend. */
  when: string;
  unit: string;
  marks: Mark[];
}

interface Tellers {
  words: Words;
  tongue: Tongue;
  style: NumberStyle;
}

const HOME: Pick<Mark, 'shape' | 'ink'> = { shape: 'line', ink: 'var(--home)' };
const SOLAR: Pick<Mark, 'shape' | 'ink'> = { shape: 'line', ink: 'var(--solar-edge)' };

export function legendOf(picture: Picture, before: string | null, { words }: Tellers): Readout {
  const { history, balance } = words;
  const marks: Mark[] =
    picture.kind === 'power'
      ? [
          { ...HOME, name: history.home },
          { shape: 'fill', ink: 'var(--area-own)', name: balance.ownSolar },
          { shape: 'fill', ink: 'var(--area-import)', name: balance.bought },
          { shape: 'pale', ink: 'var(--area-export)', name: balance.sold },
          ...(before && picture.before.some(({ home }) => home !== null)
            ? [
                {
                  shape: 'thin' as const,
                  ink: 'var(--axis)',
                  name: history.homeBefore(before),
                  dispensable: true,
                },
              ]
            : []),
        ]
      : [
          { ...HOME, name: history.home },
          { shape: 'fill', ink: 'var(--import)', name: balance.bought },
          { shape: 'fill', ink: 'var(--solar)', name: balance.ownSolar },
          {
            shape: 'fill',
            ink: 'var(--export)',
            name: balance.sold,
            more: history.belowLine,
          },
        ];
  const withoutSolar = marks.filter(({ name }) => name !== balance.ownSolar);
  return { when: '', unit: '', marks: picture.solar ? marks : withoutSolar };
}

export function readingOf(
  picture: Picture,
  energy: Energy,
  slot: number,
  tellers: Tellers,
): Readout | null {
  if (picture.kind === 'power') {
    const found = picture.slots[slot];
    return found ? powerReading(picture, found, tellers) : null;
  }
  const found = picture.slots[slot];
  return found?.start ? barReading(picture, found, found.start, energy, tellers) : null;
}

function powerReading(picture: PowerPicture, slot: PowerSlot, tellers: Tellers): Readout {
  const { words, tongue, style } = tellers;
  const start = time.clock(slot.start, tongue);
  const minutes = Math.round((slot.to - slot.from) / 60_000);
  const when = minutes > 1 ? `${start}–${endClock(slot.start, minutes, tongue)}` : start;
  if (slot.home === null && slot.solar === null) {
    return { when, unit: '', marks: [{ ...HOME, name: words.history.noData }] };
  }
  const kw = (value: number | null): string => fixed(value, 2, style);
  const sells = (slot.sold ?? 0) > (slot.bought ?? 0);
  const marks: Mark[] = [{ ...HOME, name: words.history.home, value: kw(slot.home) }];
  if (picture.solar) marks.push({ ...SOLAR, name: words.history.solar, value: kw(slot.solar) });
  marks.push(
    sells
      ? { shape: 'pale', ink: 'var(--area-export)', name: words.balance.sold, value: kw(slot.sold) }
      : {
          shape: 'fill',
          ink: 'var(--area-import)',
          name: words.balance.bought,
          value: kw(slot.bought),
        },
  );
  return { when, unit: 'kW', marks };
}

/** The clock so many minutes on, inside one hour of the wall: quarters and minutes never cross a change of offset. */
function endClock(start: string, minutes: number, tongue: Tongue): string {
  const total = Number(start.slice(11, 13)) * 60 + Number(start.slice(14, 16)) + minutes;
  const two = (value: number): string => String(value).padStart(2, '0');
  const text = `${start.slice(0, 11)}${two(Math.floor(total / 60))}:${two(total % 60)}`;
  return time.clock(text, tongue);
}

function barReading(
  picture: BarPicture,
  slot: BarSlot,
  start: string,
  energy: Energy,
  { words, tongue, style }: Tellers,
): Readout {
  const when = bucketName(start, energy, tongue);
  if (slot.state === 'unknown' || slot.state === 'before') {
    return { when, unit: '', marks: [{ ...HOME, name: words.history.noData }] };
  }
  const decimals = picture.unit === 'Wh' ? 0 : picture.top >= 100 ? 1 : 2;
  const value = (wh: number | null): string => (wh === null ? UNKNOWN : fixed(wh, decimals, style));
  const marks: Mark[] = [{ ...HOME, name: words.history.home, value: value(slot.used) }];
  if (picture.solar) {
    const own = { shape: 'fill' as const, ink: 'var(--solar)', name: words.balance.ownSolar };
    marks.push({ ...own, value: value(slot.own) });
  }
  marks.push(
    {
      shape: 'fill',
      ink: 'var(--import)',
      name: words.balance.bought,
      value: value(slot.bought),
    },
    { shape: 'fill', ink: 'var(--export)', name: words.balance.sold, value: value(slot.sold) },
  );
  return { when, unit: picture.unit, marks };
}

/** "Wed 22 Apr", "April", "2026". */
export function bucketName(start: string, energy: Energy, tongue: Tongue): string {
  switch (energy.resolution) {
    case 'day':
      return `${time.weekday(start, tongue)} ${time.dateShort(start, tongue)}`;
    case 'month':
      return time.capital(time.monthLong(start, tongue));
    case 'year':
      return start.slice(0, 4);
    default:
      return time.clock(start, tongue);
  }
}
