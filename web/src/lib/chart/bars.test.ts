import { describe, expect, it } from 'vitest';
import { aDay, aMonth, answer, aYear, bucketsOf, TOTALS } from '../../testing/answers';
import type { Energy } from '../wire';
import { shapeOf } from '../shape';
import { barPicture, type BarSource } from './bars';

const BOTH = { grid: true, solar: true };
const LATER = Date.parse('2026-06-20T12:00:00+03:00');
const KWH = { ...TOTALS, consumed_wh: 25_000 };
const april = (changes: Partial<Energy> = {}) => aMonth('2026-04', 30, { totals: KWH, ...changes });
const drawn = (energy: Energy, more: Partial<BarSource> = {}) =>
  barPicture({
    energy,
    begin_ms: null,
    fetched: [],
    roles: BOTH,
    locale: 'en',
    style: { locale: 'en' },
    now_ms: LATER,
    ...more,
  });
const states = (energy: Energy, more: Partial<BarSource> = {}) =>
  drawn(energy, more).slots.map(({ state }) => state);
const without = (energy: Energy, ...gone: number[]): Energy => {
  const copy = structuredClone(energy);
  for (const i of gone) {
    copy.buckets.imported_wh[i] = copy.buckets.produced_wh[i] = null;
    copy.buckets.coverage_pct[i] = 0;
  }
  return copy;
};

describe('a bar', () => {
  const energy = april();
  energy.buckets.imported_wh[3] = 20_000;
  energy.buckets.exported_wh[3] = 10_000;
  energy.buckets.produced_wh[3] = 15_000;
  energy.buckets.self_consumed_wh[3] = 5_000;
  energy.buckets.consumed_wh[3] = 25_000;

  it('of a home with both meters has its four energies, in the unit of the totals', () => {
    const { slots, unit, kind, shape } = drawn(energy);
    expect(slots[3]).toEqual({
      start: '2026-04-04T00:00:00+03:00',
      own: 5,
      bought: 20,
      sold: 10,
      used: 25,
      produced: 15,
      charged: null,
      discharged: null,
      part: null,
      state: 'whole',
      isFetched: false,
      running: false,
    });
    expect([unit, kind, shape]).toEqual(['kWh', 'bars', shapeOf(BOTH)]);
  });

  it('stands in Wh or MWh where the totals do, whatever its own size', () => {
    const small = {
      ...TOTALS,
      imported_wh: 1,
      exported_wh: 1,
      produced_wh: 1,
      self_consumed_wh: 1,
    };
    const wh = drawn(april({ totals: { ...small, consumed_wh: 900 } }));
    expect([wh.unit, wh.slots[0]?.bought]).toEqual(['Wh', 125]);
    const mwh = drawn(april({ totals: { ...TOTALS, consumed_wh: 12_000_000 } }));
    expect([mwh.unit, mwh.slots[0]?.bought]).toEqual(['MWh', 0.000125]);
    const kilo = drawn(april({ totals: { ...small, consumed_wh: 900 } }), {
      style: { locale: 'en', units: 'kilo' },
    });
    expect(kilo.unit).toBe('kWh');
  });

  it('of the plant alone is all its own', () => {
    const { slots, bottom, top } = drawn(energy, { roles: { grid: false, solar: true } });
    expect(slots[3]).toMatchObject({
      own: null,
      produced: 15,
      bought: null,
      sold: null,
      used: null,
    });
    expect(bottom).toBe(0);
    expect(top).toBe(15);
  });

  it('of the grid alone has nothing own', () => {
    const { slots, bottom, top } = drawn(energy, { roles: { grid: true, solar: false } });
    expect(slots[3]).toMatchObject({
      own: null,
      bought: 20,
      sold: 10,
      used: null,
      produced: null,
    });
    expect([top, bottom]).toEqual([20, 10]);
  });

  it('of the home alone has nothing below zero', () => {
    const { slots, bottom, top } = drawn(energy, { roles: { ...BOTH, only: 'home' } });
    expect(slots[3]).toMatchObject({ own: 5, bought: 20, sold: null, used: 25 });
    expect([top, bottom]).toEqual([25, 0]);
  });

  it('fits into the scale with what is under it', () => {
    const { top, bottom, lines } = drawn(energy);
    // 5 own on 20 bought rise half a step over a line: that needs room, and no further line.
    expect(lines).toEqual([-10, 0, 10, 20]);
    expect([top, bottom]).toEqual([26.2, 10]);
  });

  it('of a period without any answer has zero to stand on', () => {
    const { slots, top, bottom, lines } = drawn(answer({ period: 'all', resolution: 'year' }));
    expect(slots).toEqual([]);
    expect([top, bottom, lines]).toEqual([1, 0, [0]]);
  });
});

describe('what a bar is worth', () => {
  it('is told apart: whole, partly, unknown', () => {
    const energy = without(april(), 4);
    energy.buckets.coverage_pct[3] = 99.9;
    energy.buckets.coverage_pct[5] = 99.996;
    energy.buckets.imported_wh[6] = null;
    energy.buckets.produced_wh[7] = null;
    expect(states(energy).slice(3, 8)).toEqual(['partly', 'unknown', 'whole', 'whole', 'whole']);
  });

  it('is no gap before the books begin, nor in the day in which they do', () => {
    const energy = without(april(), 0, 1);
    energy.buckets.coverage_pct[2] = 40;
    const begin_ms = Date.parse('2026-04-03T14:00:00+03:00');
    expect(states(energy, { begin_ms }).slice(0, 4)).toEqual([
      'before',
      'before',
      'whole',
      'whole',
    ]);
    expect(states(energy).slice(0, 4)).toEqual(['unknown', 'unknown', 'partly', 'whole']);
    // The day before that in which they begin, to the hour: a day may have 23.
    const atMidnight = Date.parse('2026-04-03T00:00:00+03:00');
    expect(states(energy, { begin_ms: atMidnight }).slice(0, 3)).toEqual([
      'before',
      'before',
      'partly',
    ]);
  });

  it.each([
    ['month', '2025-02', '2025-03-01T00:00:00+02:00', 'before'],
    ['year', '2024', '2025-01-01T00:00:00+02:00', 'before'],
    ['hour', '2025-02', '2025-02-01T01:00:00+02:00', 'before'],
    ['quarter', '2025-02', '2025-02-01T00:15:00+02:00', 'before'],
    ['minute', '2025-02', '2025-02-01T00:01:00+02:00', 'before'],
    ['minute', '2025-02', '2025-02-01T00:00:59+02:00', 'unknown'],
    ['quarter', '2025-02', '2025-02-01T00:14:00+02:00', 'unknown'],
    ['hour', '2025-02', '2025-02-01T00:29:00+02:00', 'unknown'],
    ['month', '2025-02', '2025-02-28T00:00:00+02:00', 'unknown'],
    ['year', '2024', '2024-12-29T00:00:00+02:00', 'unknown'],
  ] as const)('a %s from %s, with books from %s, is %s', (resolution, text, begin, state) => {
    const start = [`${text}${text.length === 4 ? '-01' : ''}-01T00:00:00+02:00`];
    const energy = answer({ period: 'all', resolution, buckets: bucketsOf(start) });
    expect(states(without(energy, 0), { begin_ms: Date.parse(begin) })).toEqual([state]);
  });

  it('is being fetched where a meter still has some of it', () => {
    const at = (day: number): number => Date.parse(`2026-04-${String(day)}T00:00:00+03:00`);
    const fetched = [{ from: at(12) + 1, to: at(14) }];
    const found = drawn(april(), { fetched }).slots.flatMap(({ isFetched }, i) =>
      isFetched ? [i] : [],
    );
    expect(found).toEqual([11, 12]);
    const last = [{ from: at(30) + 1, to: at(30) + 2 }];
    expect(drawn(april(), { fetched: last }).slots[29]?.isFetched).toBe(true);
  });
});

describe('at the edges', () => {
  it('a month in which the clocks change has all its days', () => {
    const march = aMonth('2026-03', 20, { start: '2026-03-01T00:00:00+02:00', next: null });
    expect(drawn(march).slots).toHaveLength(31);
    const october = aMonth('2026-10', 20, { end: '2026-11-01T00:00:00+02:00', next: null });
    expect(drawn(october).slots).toHaveLength(31);
  });

  it('the books may begin to the minute', () => {
    const energy = without(april(), 0);
    energy.buckets.coverage_pct[1] = 99;
    const begin = (text: string) => states(energy, { begin_ms: Date.parse(text) }).slice(0, 2);
    // A day of 23 hours may be over then.
    expect(begin('2026-04-01T23:00:00+03:00')[0]).toBe('before');
    expect(begin('2026-04-01T22:59:00+03:00')[0]).toBe('unknown');
    expect(begin('2026-04-02T00:01:00+03:00')[1]).toBe('whole');
    expect(begin('2026-04-02T22:59:00+03:00')[1]).toBe('whole');
    expect(begin('2026-04-02T23:00:00+03:00')[1]).toBe('partly');
    const year = (text: string) => {
      const lacking = aYear(2025, 1);
      lacking.buckets.coverage_pct[0] = 50;
      return states({ ...lacking, resolution: 'year' }, { begin_ms: Date.parse(text) })[0];
    };
    expect(year('2025-12-31T22:59:00+03:00')).toBe('whole');
    expect(year('2025-12-31T23:00:00+03:00')).toBe('partly');
    expect(year('2026-01-01T00:30:00+03:00')).toBe('partly');
  });

  it('a grid alone is as high as what was bought', () => {
    const energy = april();
    energy.buckets.imported_wh.fill(1_000);
    energy.buckets.self_consumed_wh.fill(1_000);
    expect(drawn(energy, { roles: { grid: true, solar: false } }).top).toBe(1);
    expect(drawn(energy).top).toBe(2);
  });
});

describe('the running bar', () => {
  const now_ms = Date.parse('2026-04-23T12:00:00+03:00');
  const running = (pct: number, next: string | null = null): Energy => {
    const energy = aMonth('2026-04', 23, { next, totals: KWH });
    energy.buckets.coverage_pct[22] = pct;
    return energy;
  };

  it('is the last of a running period, and leaves room for those to come', () => {
    const { slots } = drawn(running(100), { now_ms });
    expect(slots).toHaveLength(30);
    expect(slots.flatMap((slot, i) => (slot.running ? [i] : []))).toEqual([22]);
    expect(slots.slice(23).every(({ state, start }) => state === 'future' && start === null)).toBe(
      true,
    );
    expect(slots[29]).toMatchObject({
      own: null,
      bought: null,
      sold: null,
      used: null,
      running: false,
    });
  });

  it('is none of a period that is over, by the calendar or by the clock', () => {
    expect(drawn(running(100, '2026-05'), { now_ms }).slots.some((slot) => slot.running)).toBe(
      false,
    );
    const over = Date.parse('2026-05-01T00:00:00+03:00');
    expect(drawn(running(100), { now_ms: over }).slots.some((slot) => slot.running)).toBe(false);
    expect(drawn(running(100), { now_ms: over - 1 }).slots[22]?.running).toBe(true);
  });

  it('has no gap where the newest minutes are just on their way', () => {
    // Of 720 minutes 0.4 % are 2.9.
    expect(drawn(running(99.6), { now_ms }).slots[22]?.state).toBe('whole');
    expect(drawn(running(99.5), { now_ms }).slots[22]?.state).toBe('partly');
    expect(drawn(without(running(0), 22), { now_ms }).slots[22]?.state).toBe('unknown');
    // That is for now alone.
    expect(drawn(running(99.6, '2026-05'), { now_ms }).slots[22]?.state).toBe('partly');
  });
});

describe('the names under the bars', () => {
  const names = (energy: Energy, locale: 'en' | 'fi' = 'en') =>
    drawn(energy, { locale }).names.map(({ at, label }) => [at, label]);

  it('of a month are the first of each seven days', () => {
    expect(names(april())).toEqual([
      [0, '1'],
      [7, '8'],
      [14, '15'],
      [21, '22'],
      [28, '29'],
    ]);
    const february = aMonth('2026-02', 28);
    expect(drawn(february).slots).toHaveLength(28);
    expect(names(february)).toHaveLength(4);
  });

  it('of a week are its days from Monday on', () => {
    const week = answer({
      period: '2026-W17',
      start: '2026-04-20T00:00:00+03:00',
      end: '2026-04-27T00:00:00+03:00',
      resolution: 'day',
    });
    expect(drawn(week).slots).toHaveLength(7);
    expect(names(week).map(([, label]) => label)).toEqual('Mon Tue Wed Thu Fri Sat Sun'.split(' '));
    expect(names(week, 'fi').map(([at, label]) => `${String(at)} ${String(label)}`)).toEqual([
      '0 ma',
      '1 ti',
      '2 ke',
      '3 to',
      '4 pe',
      '5 la',
      '6 su',
    ]);
  });

  it('of a year are its months, with a number in Finnish where there is no room', () => {
    const year = aYear(2026, 4);
    expect(drawn(year).slots).toHaveLength(12);
    expect(drawn(year).names[7]).toEqual({ at: 7, label: 'Aug', short: 'A' });
    expect(drawn(year, { locale: 'fi' }).names[10]).toEqual({
      at: 10,
      label: 'marras',
      short: '11',
    });
    expect(names(year).map(([at]) => at)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it('of all years are theirs, every second of more than eight', () => {
    const years = (count: number): Energy =>
      answer({
        period: 'all',
        resolution: 'year',
        buckets: bucketsOf(
          Array.from({ length: count }, (_, i) => `${String(2020 + i)}-01-01T00:00:00+02:00`),
        ),
      });
    expect(names(years(3))).toEqual([
      [0, '2020'],
      [1, '2021'],
      [2, '2022'],
    ]);
    expect(names(years(9)).map(([, label]) => label)).toEqual([
      '2020',
      '2022',
      '2024',
      '2026',
      '2028',
    ]);
    expect(drawn(years(9)).slots).toHaveLength(9);
  });

  it('of a day by the bar are none too many', () => {
    expect(names(aDay('2026-04-22'))).toHaveLength(8);
  });
});
