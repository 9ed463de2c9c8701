import { describe, expect, it } from 'vitest';
import { comparison } from '../compare';
import { words } from '../../testing/words';
import { legendOf, readingOf } from '../readout';
import type { Energy } from '../wire';
import { barPicture } from './bars';
import { powerPicture } from './power';
import { linesUpTo } from './scale';
import { NO_MORE_TOTALS, noMoreColumns } from '../../testing/nomore';

const BOTH = { grid: true, solar: true };

/** An answer of the quarters of a day whose local hours are given with their offsets. */
function dayOf(hours: string[], offsets: string[], changes: Partial<Energy> = {}): Energy {
  const start = hours.flatMap((hour, i) =>
    ['00', '15', '30', '45'].map((minute) => `2026-03-29T${hour}:${minute}:00${offsets[i] ?? ''}`),
  );
  const column = (value: number): (number | null)[] => start.map(() => value);
  return {
    period: '2026-03-29',
    week: '2026-W13',
    start: '2026-03-29T00:00:00+02:00',
    end: '2026-03-30T00:00:00+03:00',
    resolution: 'quarter',
    netting: 'quarter',
    buckets_netting: 'quarter',
    time_zone: 'Europe/Helsinki',
    previous: '2026-03-28',
    next: '2026-03-30',
    source: 'local',
    totals: {
      ...NO_MORE_TOTALS,
      imported_wh: 1,
      exported_wh: 1,
      produced_wh: 1,
      consumed_wh: 1,
      self_consumed_wh: 1,
      self_consumption_pct: 1,
      self_sufficiency_pct: 1,
      coverage_pct: 100,
      grid_coverage_pct: 100,
      solar_coverage_pct: 100,
    },
    buckets: {
      ...noMoreColumns(start),
      start,
      imported_wh: column(0),
      exported_wh: column(250),
      produced_wh: column(500),
      consumed_wh: column(250),
      self_consumed_wh: column(250),
      coverage_pct: start.map(() => 100),
      grid_coverage_pct: column(100),
      solar_coverage_pct: column(100),
    },
    ...changes,
  };
}

const two = (hour: number): string => String(hour).padStart(2, '0');
const springHours = Array.from({ length: 24 }, (_, hour) => two(hour)).filter((h) => h !== '03');
const spring = dayOf(
  springHours,
  springHours.map((hour) => (Number(hour) < 3 ? '+02:00' : '+03:00')),
);

const source = {
  day: spring,
  minutes: null,
  before: null,
  view: null,
  now_ms: Date.parse('2026-05-01T00:00:00Z'),
  begin_ms: null,
  fetched: [],
  roles: BOTH,
  locale: 'en' as const,
};

describe('a day of 23 hours', () => {
  const picture = powerPicture(source);

  it('is drawn with its 92 quarters, edge to edge', () => {
    expect(picture.slots).toHaveLength(92);
    expect(picture.to - picture.from).toBe(23 * 3_600_000);
    expect(picture.slots.every((slot, i) => slot.from === picture.from + i * 900_000)).toBe(true);
    expect(picture.holes).toEqual([]);
  });

  it('has its hours where they are: 06 comes five hours after midnight', () => {
    const hours = picture.hours.map(({ at, label }) => [label, (at - picture.from) / 3_600_000]);
    expect(hours).toEqual([
      ['00', 0],
      ['06', 5],
      ['12', 11],
      ['18', 17],
      ['24', 23],
    ]);
  });

  it('shows mean powers: 250 Wh in a quarter are 1 kW', () => {
    expect(picture.slots[0]).toMatchObject({ used: 1, produced: 2, own: 1, bought: 0, sold: 1 });
  });
});

describe('what is not on the books', () => {
  const gap = structuredClone(spring);
  for (const i of [10, 11, 12]) {
    gap.buckets.consumed_wh[i] = null;
    gap.buckets.produced_wh[i] = null;
    gap.buckets.coverage_pct[i] = 0;
  }

  it('is told from what is being fetched, which is a hole of another look', () => {
    const at = Date.parse(spring.buckets.start[12] ?? '');
    const fetched = [{ from: at, to: at + 900_000 }];
    const { holes } = powerPicture({ ...source, day: gap, fetched });
    expect(holes.map(({ isFetched, from, to }) => [isFetched, (to - from) / 900_000])).toEqual([
      [false, 2],
      [true, 1],
    ]);
  });

  it('is a hole of its own length', () => {
    const { holes } = powerPicture({ ...source, day: gap });
    expect(holes.map(({ from, to }) => (to - from) / 60_000)).toEqual([45]);
  });

  it('before the books began is no hole', () => {
    const begin_ms = Date.parse(gap.buckets.start[13] ?? '');
    expect(powerPicture({ ...source, day: gap, begin_ms }).holes).toEqual([]);
  });

  it('in part of a bucket does not lower its power', () => {
    const part = structuredClone(spring);
    part.buckets.consumed_wh[0] = 125;
    part.buckets.coverage_pct[0] = 50;
    expect(powerPicture({ ...source, day: part }).slots[0]?.used).toBe(1);
  });
});

describe('a home with one meter', () => {
  const tellers = { words: words.en, locale: 'en' as const, style: { locale: 'en' } };
  const grid = { grid: true, solar: false };
  const plant = { grid: false, solar: true };
  const namesOf = (marks: readonly { name: string }[] | undefined) =>
    marks?.map(({ name }) => name);

  it('at the grid tells nothing of the home, and draws what was sold below zero', () => {
    const picture = powerPicture({ ...source, day: spring, before: spring, roles: grid });
    expect(picture.slots[0]).toMatchObject({ used: null, bought: 0, sold: 1 });
    expect(picture.bottom).toBeGreaterThanOrEqual(1);
    expect(picture.holes).toEqual([]);
    const legend = legendOf(picture, 'Sat', tellers);
    expect(namesOf(legend.marks)).toEqual(['bought', 'sold', 'bought Sat']);
    expect(namesOf(readingOf(picture, spring, 0, tellers)?.marks)).toEqual(['bought', 'sold']);
  });

  it('that sells nothing has nothing below zero', () => {
    const buying = structuredClone(spring);
    buying.buckets.exported_wh.fill(0);
    expect(powerPicture({ ...source, day: buying, roles: grid }).bottom).toBe(0);
  });

  it('at the plant tells of the sun alone', () => {
    const picture = powerPicture({ ...source, before: spring, roles: plant });
    expect(picture.slots[0]).toMatchObject({ used: null, produced: 2 });
    expect(namesOf(legendOf(picture, 'Sat', tellers).marks)).toEqual(['solar', 'solar Sat']);
    expect(namesOf(readingOf(picture, spring, 0, tellers)?.marks)).toEqual(['solar']);
  });

  it.each([
    [grid, ['bought', 'sold']],
    [plant, ['solar']],
  ])('has bars of what it measures: %j', (roles, names) => {
    const energy = monthOf(30, 30);
    const now_ms = Date.parse('2026-06-01T00:00:00Z');
    const picture = barPicture({
      energy,
      begin_ms: null,
      fetched: [],
      roles,
      locale: 'en',
      style: { locale: 'en' },
      now_ms,
    });
    expect(picture.slots[0]?.used).toBeNull();
    expect(namesOf(legendOf(picture, null, tellers).marks)).toEqual(names);
    expect(namesOf(readingOf(picture, energy, 0, tellers)?.marks)).toEqual(names);
  });
});

describe('the scale', () => {
  it.each([
    [6.2, [0, 2, 4, 6, 8]],
    [4, [0, 1, 2, 3, 4]],
    [0.31, [0, 0.1, 0.2, 0.3, 0.4]],
    [0, [0]],
  ])('includes %d on a round line', (highest, lines) => {
    expect(linesUpTo(highest)).toEqual(lines);
  });
});

function monthOf(days: number, length: number): Energy {
  const start = Array.from({ length: days }, (_, i) => `2026-04-${two(i + 1)}T00:00:00+03:00`);
  const column = (value: number): (number | null)[] => start.map(() => value);
  return {
    ...spring,
    period: '2026-04',
    start: '2026-04-01T00:00:00+03:00',
    end: '2026-05-01T00:00:00+03:00',
    resolution: 'day',
    previous: '2026-03',
    next: days < length ? null : '2026-05',
    totals: { ...spring.totals, consumed_wh: 25_000 * days },
    buckets: {
      ...noMoreColumns(start),
      start,
      imported_wh: column(20_000),
      exported_wh: column(10_000),
      produced_wh: column(15_000),
      consumed_wh: column(25_000),
      self_consumed_wh: column(5_000),
      coverage_pct: start.map(() => 100),
      grid_coverage_pct: column(100),
      solar_coverage_pct: column(100),
    },
  };
}

describe('bars of a month', () => {
  const now_ms = Date.parse('2026-04-23T13:45:00+03:00');

  it('that is running mark the day that is, and leave room for those to come', () => {
    const { slots, unit } = barPicture({
      energy: monthOf(23, 30),
      begin_ms: null,
      fetched: [],
      roles: BOTH,
      locale: 'en',
      style: { locale: 'en' },
      now_ms,
    });
    expect(slots).toHaveLength(30);
    expect(slots.map(({ running }) => running).lastIndexOf(true)).toBe(22);
    expect(slots.filter(({ state }) => state === 'future')).toHaveLength(7);
    expect(unit).toBe('kWh');
    expect(slots[0]).toMatchObject({ own: 5, bought: 20, sold: 10, used: 25, state: 'whole' });
  });

  it('tell what is unknown from what is partly known and from what is zero', () => {
    const energy = monthOf(30, 30);
    energy.buckets.coverage_pct[3] = 96.9;
    energy.buckets.imported_wh[4] = energy.buckets.produced_wh[4] = null;
    energy.buckets.coverage_pct[4] = 0;
    energy.buckets.imported_wh[5] = 0;
    const { slots } = barPicture({
      energy,
      begin_ms: null,
      fetched: [],
      roles: BOTH,
      locale: 'en',
      style: { locale: 'en' },
      now_ms,
    });
    expect(slots.slice(3, 6).map(({ state }) => state)).toEqual(['partly', 'unknown', 'whole']);
  });

  it('tell what is being fetched from what is missing', () => {
    const energy = monthOf(30, 30);
    for (const i of [4, 9]) {
      energy.buckets.imported_wh[i] = energy.buckets.produced_wh[i] = null;
      energy.buckets.coverage_pct[i] = 0;
    }
    const from = Date.parse(energy.buckets.start[9] ?? '');
    const fetched = [{ from: from + 3_600_000, to: from + 7_200_000 }];
    const { slots } = barPicture({
      energy,
      begin_ms: null,
      fetched,
      roles: BOTH,
      locale: 'en',
      style: { locale: 'en' },
      now_ms,
    });
    const found = slots.flatMap(({ isFetched, state }, i) => (isFetched ? [[i, state]] : []));
    expect(found).toEqual([[9, 'unknown']]);
    expect(slots[4]).toMatchObject({ isFetched: false, state: 'unknown' });
  });

  it('of which none is known have a scale all the same', () => {
    const energy = monthOf(3, 30);
    energy.buckets.imported_wh.fill(null);
    energy.buckets.exported_wh.fill(null);
    energy.buckets.self_consumed_wh.fill(null);
    const { lines, top } = barPicture({
      energy,
      begin_ms: null,
      fetched: [],
      roles: BOTH,
      locale: 'en',
      style: { locale: 'en' },
      now_ms,
    });
    expect(new Set(lines).size).toBe(lines.length);
    expect(top).toBeGreaterThan(0);
  });

  it('end on a line or a little above their highest, in one step on both sides of zero', () => {
    const { lines, top, bottom } = barPicture({
      energy: monthOf(30, 30),
      begin_ms: null,
      fetched: [],
      roles: BOTH,
      locale: 'en',
      style: { locale: 'en' },
      now_ms,
    });
    expect([lines, top, bottom]).toEqual([[-10, 0, 10, 20], 26.2, 10]);
  });
});

describe('the comparison', () => {
  it('of a running month is with as many days of the one before', () => {
    const before = { ...monthOf(30, 30), period: '2026-03' };
    const compared = comparison(monthOf(23, 30), before, words.en, 'en');
    expect(compared).toMatchObject({ name: '1–23 Apr', consumed_wh: 23 * 25_000, atLeast: false });
  });

  it('of a running day is by the clock, and says at least where something is missing', () => {
    const running = dayOf(['00', '01'], ['+02:00', '+02:00'], { next: null });
    const before = dayOf(['00', '01', '02'], ['+02:00', '+02:00', '+02:00']);
    before.buckets.coverage_pct[2] = 70;
    expect(comparison(running, before, words.en, 'en')).toMatchObject({
      name: 'Sun by now',
      consumed_wh: 8 * 250,
      atLeast: true,
    });
  });
});
