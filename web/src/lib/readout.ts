/** The line above a chart: the legend, or the values under the finger. */
import { FILL, FLOW, type Flow, type Part } from './kinds';
import { shapeOf, type Roles, type Shape } from './shape';
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

type Look = Pick<Mark, 'shape' | 'ink' | 'edge'>;

const lineOf = (flow: Flow): Look => ({ shape: 'line', ink: FLOW[flow].ink.plus });
const fillOf = (part: Part): Look => ({ shape: 'fill', ...FILL[part] });
/** The colour that stands for a home with these meters; a grid alone has no line, but what is bought. */
const leadLook = ({ lead }: Shape): Look => (lead === 'grid' ? fillOf('bought') : lineOf(lead));

/** A line of a flow, or a part. */
type Item = Flow | Part;

const isFlow = (item: Item): item is Flow => item in FLOW;

function markOf(item: Item, { lead }: Shape, words: Words): Mark {
  if (isFlow(item)) return { ...lineOf(item), name: words.lines[item] };
  // The plant's, where it is alone, is called by the plant.
  const name = item === 'own' && lead === 'solar' ? words.lines.solar : words.parts[item];
  return { ...fillOf(item), name };
}

/** The home's line where there is one, and the parts from the foot up, in one order whatever the chart. */
const itemsOf = ({ lead, up, down }: Shape): (Part | 'home')[] => [
  ...(lead === 'home' ? (['home'] as const) : []),
  ...up,
  ...down,
];

export function legendOf(picture: Picture, before: string | null, { words }: Tellers): Readout {
  const { kind, roles } = picture;
  const shape = shapeOf(roles);
  const isBelow = kind === 'bars' || hasBelow(roles);
  const marks = itemsOf(shape).map((item) => {
    const hangs = isBelow && item !== 'home' && shape.down.includes(item);
    return { ...markOf(item, shape, words), ...(hangs ? { more: words.history.belowLine } : {}) };
  });
  if (before && kind === 'power' && picture.before.some(({ kw }) => kw !== null)) {
    const name = words.history.before(words.lines[shape.lead], before);
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
  if (leadOf(slot, picture.roles) === null) {
    const isFetched = picture.holes.some(
      (hole) => hole.isFetched && hole.from < slot.to && hole.to > slot.from,
    );
    const name = isFetched ? words.fetching.word : words.history.noData;
    return { when, unit: '', marks: [{ ...leadLook(shapeOf(picture.roles)), name }] };
  }
  return { when, unit: 'kW', marks: powerMarks(slot, picture.roles, words, style) };
}

function powerMarks(slot: PowerSlot, roles: Roles, words: Words, style: NumberStyle): Mark[] {
  const shape = shapeOf(roles);
  return shape.reading.map((read) => {
    // What two lines leave open between them is the grid: one of its directions.
    const item =
      read === 'grid' ? ((slot.sold ?? 0) > (slot.bought ?? 0) ? 'sold' : 'bought') : read;
    return { ...markOf(item, shape, words), value: fixed(slot[item], 2, style) };
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
    return { when, unit: '', marks: [{ ...leadLook(shapeOf(picture.roles)), name }] };
  }
  const decimals = picture.unit === 'Wh' ? 0 : picture.top >= 100 ? 1 : 2;
  const value = (wh: number | null): string => (wh === null ? UNKNOWN : fixed(wh, decimals, style));
  const shape = shapeOf(picture.roles);
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
