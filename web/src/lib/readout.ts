/** The line above a chart: the legend, or the values under the finger. */
import { ENERGY, KIND, type Kind, type Part } from './kinds';
import type { Shape } from './shape';
import {
  curveOf,
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

type Look = Pick<Mark, 'shape' | 'ink' | 'edge'>;

const lineOf = (kind: Kind): Look => ({ shape: 'line', ink: KIND[kind].ink.plus });
const fillOf = (part: Part): Look => ({ shape: 'fill', ...ENERGY[part].fill });
/** The colour that stands for a home with these meters; what has two directions has no line, but what it gives. */
const leadLook = ({ lead, up: [first] }: Shape): Look =>
  KIND[lead].takes !== null && first ? fillOf(first) : lineOf(lead);

/** A line of a kind, or a part. */
type Item = Kind | Part;

const isKind = (item: Item): item is Kind => item in KIND;

/** A part of the home is called by its own name. */
const lineName = (kind: Kind, { name }: Shape, words: Words): string =>
  (kind === 'load' ? name : undefined) ?? words.lines[kind];

function markOf(item: Item, shape: Shape, words: Words): Mark {
  if (isKind(item)) return { ...lineOf(item), name: lineName(item, shape, words) };
  const name = item === 'part' ? lineName('load', shape, words) : words.parts[item];
  return { ...fillOf(item), name };
}

/** The home's line where there is one, and the parts from the foot up, in one order whatever the chart. */
const itemsOf = ({ lead, up, down }: Shape): (Part | 'home')[] => [
  ...(lead === 'home' ? (['home'] as const) : []),
  ...up,
  ...down,
];

export function legendOf(picture: Picture, before: string | null, { words }: Tellers): Readout {
  const { kind, shape } = picture;
  const isBelow = kind === 'bars' || hasBelow(shape);
  const marks = itemsOf(shape).map((item) => {
    // Said once, of all that hangs there.
    const hangs = isBelow && item === shape.down[shape.down.length - 1];
    return { ...markOf(item, shape, words), ...(hangs ? { more: words.history.belowLine } : {}) };
  });
  if (before && kind === 'power' && picture.before.some(({ kw }) => kw !== null)) {
    const name = words.history.before(lineName(shape.lead, shape, words), before);
    marks.push({ shape: 'thin', ink: 'var(--axis)', name, dispensable: true });
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
  if (leadOf(slot, picture.shape) === null) {
    const isFetched = picture.holes.some(
      (hole) => hole.isFetched && hole.from < slot.to && hole.to > slot.from,
    );
    const name = isFetched ? words.fetching.word : words.history.noData;
    return { when, unit: '', marks: [{ ...leadLook(picture.shape), name }] };
  }
  return { when, unit: 'kW', marks: powerMarks(slot, picture.shape, words, style) };
}

function powerMarks(slot: PowerSlot, shape: Shape, words: Words, style: NumberStyle): Mark[] {
  return shape.reading.map((read) => {
    const item = isKind(read) ? flowingOf(read, slot) : read;
    const kw = isKind(item) ? curveOf(slot, item) : slot[item];
    return { ...markOf(item, shape, words), value: fixed(kw, 2, style) };
  });
}

/** Of what has two directions that which flows. */
function flowingOf(kind: Kind, slot: PowerSlot): Item {
  const { gives, takes } = KIND[kind];
  if (takes === null || gives === 'used') return kind;
  return (slot[takes] ?? 0) > (slot[gives] ?? 0) ? takes : gives;
}

/** The clock so many minutes on, inside one hour of the wall: quarters and minutes never cross a change of offset. */
export function endClock(start: string, minutes: number, locale: Locale): string {
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
    return { when, unit: '', marks: [{ ...leadLook(picture.shape), name }] };
  }
  const decimals = picture.unit === 'Wh' ? 0 : picture.top >= 100 ? 1 : 2;
  const value = (wh: number | null): string => (wh === null ? UNKNOWN : fixed(wh, decimals, style));
  const { shape } = picture;
  const marks = itemsOf(shape).map((item) => ({
    ...markOf(item, shape, words),
    value: value(slot[item === 'home' ? 'used' : item]),
  }));
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
