/** The line above a chart: the legend, or the values under the finger. */
import type { Roles } from './balance';
import {
  leadOf,
  type BarPicture,
  type BarSlot,
  type Picture,
  type PowerPicture,
  type PowerSlot,
} from './chart/picture';
import { hasBelow } from './chart/power';
import { fixed, UNKNOWN, type NumberStyle } from './format';
import type { Words } from './i18n';
import * as time from './time';
import type { Locale } from './time';
import type { Energy } from './wire';

export interface Mark {
  shape: 'line' | 'thin' | 'fill';
  ink: string;
  /** Of an area or a bar. */
  edge?: string;
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
  locale: Locale;
  style: NumberStyle;
}

const HOME: Pick<Mark, 'shape' | 'ink'> = { shape: 'line', ink: 'var(--home)' };
const SOLAR: Pick<Mark, 'shape' | 'ink'> = { shape: 'line', ink: 'var(--solar-edge)' };

/** The tints of the areas and bars; each has an edge of the full colour. */
const FILLS = {
  own: { shape: 'fill', ink: 'var(--area-own)', edge: 'var(--solar-edge)' },
  bought: { shape: 'fill', ink: 'var(--area-import)', edge: 'var(--import)' },
  sold: { shape: 'fill', ink: 'var(--area-export)', edge: 'var(--export)' },
} as const;

/** Which of them a home with these meters has, in one order whatever the chart. */
function marksFor(
  { grid, solar, homeOnly }: Roles,
  marks: Record<'solar' | 'grid' | 'home' | 'all', Mark[]>,
): Mark[] {
  if (!grid) return marks.solar;
  if (!solar) return marks.grid;
  return homeOnly ? marks.home : marks.all;
}

export function legendOf(picture: Picture, before: string | null, { words }: Tellers): Readout {
  const { history, balance } = words;
  const { kind, roles } = picture;
  const home: Mark = { ...HOME, name: history.home };
  const own: Mark = { ...FILLS.own, name: balance.ownSolar };
  const bought: Mark = { ...FILLS.bought, name: balance.bought };
  const sold: Mark = {
    ...FILLS.sold,
    name: balance.sold,
    ...(kind === 'bars' || hasBelow(roles) ? { more: history.belowLine } : {}),
  };
  const marks = marksFor(roles, {
    solar: [{ ...own, name: history.solar }],
    grid: [bought, sold],
    home: [home, own, bought],
    all: [home, own, bought, sold],
  });
  if (before && kind === 'power' && picture.before.some(({ kw }) => kw !== null)) {
    const what = !roles.grid ? history.solar : roles.solar ? history.home : balance.bought;
    marks.push({
      shape: 'thin',
      ink: 'var(--axis)',
      name: history.before(what, before),
      dispensable: true,
    });
  }
  return { when: '', unit: '', marks };
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
  const { words, locale, style } = tellers;
  const start = time.clock(slot.start, locale);
  const minutes = Math.round((slot.to - slot.from) / 60_000);
  const when = minutes > 1 ? `${start}–${endClock(slot.start, minutes, locale)}` : start;
  if (leadOf(slot, picture.roles) === null) {
    const isFetched = picture.holes.some(
      (hole) => hole.isFetched && hole.from < slot.to && hole.to > slot.from,
    );
    const name = isFetched ? words.fetching.word : words.history.noData;
    return { when, unit: '', marks: [{ ...leadMark(picture.roles), name }] };
  }
  return { when, unit: 'kW', marks: powerMarks(slot, picture.roles, words, style) };
}

/** The colour that stands for a home with these meters. */
function leadMark(roles: Roles): Pick<Mark, 'shape' | 'ink' | 'edge'> {
  if (!roles.grid) return SOLAR;
  return roles.solar ? HOME : FILLS.bought;
}

function powerMarks(slot: PowerSlot, roles: Roles, words: Words, style: NumberStyle): Mark[] {
  const kw = (value: number | null): string => fixed(value, 2, style);
  const { balance, history } = words;
  const home: Mark = { ...HOME, name: history.home, value: kw(slot.home) };
  const solar: Mark = { ...SOLAR, name: history.solar, value: kw(slot.solar) };
  const bought: Mark = {
    ...FILLS.bought,
    name: balance.bought,
    value: kw(slot.bought),
  };
  const sold: Mark = {
    ...FILLS.sold,
    name: balance.sold,
    value: kw(slot.sold),
  };
  const own: Mark = {
    ...FILLS.own,
    name: balance.ownSolar,
    value: kw(slot.own),
  };
  return marksFor(roles, {
    solar: [solar],
    grid: [bought, sold],
    home: [home, own, bought],
    all: [home, solar, (slot.sold ?? 0) > (slot.bought ?? 0) ? sold : bought],
  });
}

/** The clock so many minutes on, inside one hour of the wall: quarters and minutes never cross a change of offset. */
function endClock(start: string, minutes: number, locale: Locale): string {
  const total = Number(start.slice(11, 13)) * 60 + Number(start.slice(14, 16)) + minutes;
  const two = (value: number): string => String(value).padStart(2, '0');
  const text = `${start.slice(0, 11)}${two(Math.floor(total / 60))}:${two(total % 60)}`;
  return time.clock(text, locale);
}

function barReading(
  picture: BarPicture,
  slot: BarSlot,
  start: string,
  energy: Energy,
  { words, locale, style }: Tellers,
): Readout {
  const when = bucketName(start, energy, locale);
  if (slot.state === 'unknown' || slot.state === 'before') {
    const name = slot.isFetched ? words.fetching.word : words.history.noData;
    return { when, unit: '', marks: [{ ...leadMark(picture.roles), name }] };
  }
  const decimals = picture.unit === 'Wh' ? 0 : picture.top >= 100 ? 1 : 2;
  const value = (wh: number | null): string => (wh === null ? UNKNOWN : fixed(wh, decimals, style));
  const { roles } = picture;
  const { balance, history } = words;
  const fill = (kind: 'own' | 'bought' | 'sold', name: string): Mark => ({
    ...FILLS[kind],
    name,
    value: value(slot[kind]),
  });
  const home: Mark = { ...HOME, name: history.home, value: value(slot.used) };
  const own = fill('own', balance.ownSolar);
  const bought = fill('bought', balance.bought);
  const sold = fill('sold', balance.sold);
  const marks = marksFor(roles, {
    solar: [fill('own', history.solar)],
    grid: [bought, sold],
    home: [home, own, bought],
    all: [home, own, bought, sold],
  });
  return { when, unit: picture.unit, marks };
}

/** "Wed 22 Apr", "April", "2026". */
export function bucketName(start: string, energy: Energy, locale: Locale): string {
  switch (energy.resolution) {
    case 'day':
      return `${time.weekday(start, locale)} ${time.dateShort(start, locale)}`;
    case 'month':
      return time.capital(time.monthLong(start, locale));
    case 'year':
      return start.slice(0, 4);
    default:
      return time.clock(start, locale);
  }
}
