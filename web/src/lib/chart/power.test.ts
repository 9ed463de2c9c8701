import { describe, expect, it } from 'vitest';
import { aDay, answer, bucketsOf, two, covered, withBattery } from '../../testing/answers';
import type { Energy } from '../wire';
import {
  hasBelow,
  MINUTES_BELOW_MS,
  powerPicture,
  SHORTEST_VIEW_MS,
  type PowerSource,
} from './power';
import { shapeOf } from '../shape';

const BOTH = { grid: true, solar: true };
const QUARTER_MS = 900_000;
const at = (clock: string, date = '2026-04-22'): number => Date.parse(`${date}T${clock}:00+03:00`);
const drawn = (day: Energy, more: Partial<PowerSource> = {}) =>
  powerPicture({
    day,
    minutes: null,
    before: null,
    view: null,
    now_ms: at('12:00', '2026-06-01'),
    begin_ms: null,
    fetched: [],
    roles: BOTH,
    locale: 'en',
    ...more,
  });
const gone = (energy: Energy, ...quarters: number[]): Energy => {
  const copy = structuredClone(energy);
  const { buckets } = copy;
  for (const i of quarters) {
    buckets.consumed_wh[i] = buckets.produced_wh[i] = buckets.imported_wh[i] = null;
    covered(copy, i, 0);
  }
  return copy;
};
const day = aDay('2026-04-22');

describe('a quarter of an hour', () => {
  it('is a mean power: 250 Wh in it are 1 kW', () => {
    expect(drawn(day).slots[5]).toEqual({
      from: at('01:15'),
      to: at('01:30'),
      start: '2026-04-22T01:15:00+03:00',
      used: 1,
      produced: 1.5,
      own: 1,
      bought: 0.5,
      sold: 1,
      charged: null,
      discharged: null,
      part: null,
    });
  });

  it('is a mean over the minutes that it has', () => {
    const half = structuredClone(day);
    covered(half, 5, 50);
    expect(drawn(half).slots[5]).toMatchObject({ used: 2, produced: 3 });
    expect(drawn(gone(day, 5)).slots[5]).toMatchObject({
      used: null,
      produced: null,
      own: null,
      bought: null,
    });
  });

  it('that is running is a mean up to now', () => {
    const running = aDay('2026-04-22', 10, { next: null });
    const { slots, now, view } = drawn(running, { now_ms: at('09:50') });
    expect(slots[39]).toMatchObject({
      from: at('09:45'),
      to: at('09:50'),
      used: expect.closeTo(3),
    });
    expect(now).toBe(at('09:50'));
    expect(view).toEqual({ from: at('00:00'), to: at('24:00') });
    // Once the day is over there is no now.
    expect(drawn(running, { now_ms: at('24:00') }).now).toBeNull();
    expect(drawn(day).now).toBeNull();
  });

  it('is as long as it is, whatever the time is, of a day that is over or has more to come', () => {
    const inside = at('06:00');
    expect(drawn(day, { now_ms: inside }).slots[95]).toMatchObject({ to: at('24:00'), used: 1 });
    const running = aDay('2026-04-22', 10, { next: null });
    const { slots } = drawn(running, { now_ms: at('10:30') });
    expect(slots[39]).toMatchObject({ from: at('09:45'), to: at('10:00'), used: 1 });
    // Before it began, as a clock that is behind has it, nothing is drawn.
    expect(drawn(running, { now_ms: at('00:00') - 1 }).slots[0]).toMatchObject({
      to: at('00:00'),
      used: null,
    });
  });

  it('that is not booked is unknown, whatever is said of it', () => {
    const odd = structuredClone(day);
    covered(odd, 5, 0);
    expect(drawn(odd).slots[5]).toMatchObject({
      used: null,
      produced: null,
      bought: null,
      sold: null,
    });
  });

  it('has as much of its own as the home takes of the sun, and never less than none', () => {
    const odd = structuredClone(day);
    odd.buckets.consumed_wh[0] = 500;
    odd.buckets.consumed_wh[1] = -50;
    expect(drawn(odd).slots[0]).toMatchObject({ used: 2, produced: 1.5, own: 1.5 });
    expect(drawn(odd).slots[1]).toMatchObject({ used: -0.2, own: 0 });
  });

  it.each([
    [
      { grid: true, solar: false },
      { used: null, produced: null, own: null, bought: 0.5, sold: 1 },
    ],
    [
      { grid: false, solar: true },
      { used: null, produced: 1.5, own: null },
    ],
    [
      { ...BOTH, only: 'home' as const },
      { used: 1, produced: null, own: 1, bought: 0.5, sold: null },
    ],
  ])('of %j is what those measure', (roles, slot) => {
    expect(drawn(day, { roles }).slots[0]).toMatchObject(slot);
  });
});

it('a view is 45 minutes at least, and below six hours it asks for minutes', () => {
  expect([SHORTEST_VIEW_MS / 60_000, MINUTES_BELOW_MS / 3_600_000]).toEqual([45, 6]);
});

describe('the scale', () => {
  const scaleOf = (roles: PowerSource['roles'], more: Partial<PowerSource> = {}) => {
    const { top, bottom, lines } = drawn(day, { roles, ...more });
    return [top, bottom, lines.length > 1];
  };

  it('includes the highest of all lines, also of the day before', () => {
    expect(scaleOf(BOTH)).toEqual([1.5, 0, true]);
    expect(scaleOf({ ...BOTH, only: 'home' as const })).toEqual([1, 0, true]);
    const before = aDay('2026-04-21');
    before.buckets.consumed_wh[7] = 1_000;
    expect(scaleOf(BOTH, { before })[0]).toBe(4);
  });

  it('has a side below zero for a grid alone, where anything was sold', () => {
    expect(hasBelow(shapeOf(BOTH))).toBe(false);
    expect(hasBelow(shapeOf({ grid: false, solar: true }))).toBe(false);
    const roles = { grid: true, solar: false };
    expect(hasBelow(shapeOf(roles))).toBe(true);
    const { top, bottom } = drawn(day, { roles });
    expect([top, bottom]).toEqual([0.5, 1]);
    const none = structuredClone(day);
    none.buckets.exported_wh.fill(0);
    expect(drawn(none, { roles })).toMatchObject({ top: 0.5, bottom: 0 });
  });

  it('stands where nothing flows', () => {
    expect(drawn(aDay('2026-04-22', 0))).toMatchObject({ top: 1, bottom: 0, slots: [] });
  });
});

describe('the line of the day before', () => {
  it('lies at the same clock', () => {
    const { before } = drawn(day, { before: aDay('2026-04-21') });
    expect(before).toHaveLength(96);
    expect(before[4]).toEqual({ from: at('01:00'), to: at('01:15'), kw: 1 });
    expect(drawn(day).before).toEqual([]);
  });

  const nightOf = (date: string, [start, end]: [string, string], clocks: string[]): Energy =>
    answer({
      period: date,
      start: `${date}T00:00:00${start}`,
      end: `${date.slice(0, 8)}${two(Number(date.slice(8)) + 1)}T00:00:00${end}`,
      buckets: bucketsOf(clocks.map((clock) => `${date}T${clock}`)),
    });
  const hoursOf = (energy: Energy, before: Energy): string[] =>
    drawn(energy, { before }).before.map(({ from }) => new Date(from).toISOString().slice(11, 16));

  it('on a day of 23 hours leaves out the hour that there is not', () => {
    const spring = nightOf('2026-03-29', ['+02:00', '+03:00'], []);
    const clocks = ['02:45:00+02:00', '03:00:00+02:00', '03:45:00+02:00', '04:00:00+02:00'];
    const before = nightOf('2026-03-28', ['+02:00', '+02:00'], clocks);
    // 02:45 is before the change, 04:00 after it: they meet.
    expect(hoursOf(spring, before)).toEqual(['00:45', '01:00']);
  });

  it('on a day of 25 hours is drawn in both of the hours', () => {
    const autumn = nightOf('2026-10-25', ['+03:00', '+02:00'], []);
    const clocks = ['02:45:00+03:00', '03:00:00+03:00', '04:00:00+03:00'];
    const before = nightOf('2026-10-24', ['+03:00', '+03:00'], clocks);
    expect(hoursOf(autumn, before)).toEqual(['23:45', '00:00', '01:00', '02:00']);
  });
});

describe('minutes in place of quarters', () => {
  const minutes = answer({
    period: null,
    resolution: 'minute',
    start: '2026-04-22T01:00:00+03:00',
    end: '2026-04-22T02:00:00+03:00',
    buckets: bucketsOf(Array.from({ length: 60 }, (_, i) => `2026-04-22T01:${two(i)}:00+03:00`)),
  });

  it('stand where they are, the quarters around them', () => {
    const { slots } = drawn(day, { minutes });
    expect(slots).toHaveLength(96 - 4 + 60);
    expect(slots[3]).toMatchObject({ from: at('00:45'), to: at('01:00') });
    expect(slots[4]).toMatchObject({ from: at('01:00'), to: at('01:01'), used: 15 });
    expect(slots[63]).toMatchObject({ from: at('01:59'), to: at('02:00') });
    expect(slots[64]).toMatchObject({ from: at('02:00'), to: at('02:15'), used: 1 });
  });

  it('are as long as one, the last of them too', () => {
    const few = { ...minutes, buckets: bucketsOf(['2026-04-22T01:00:00+03:00']) };
    const { slots } = drawn(day, { minutes: few });
    expect(slots[4]).toMatchObject({ from: at('01:00'), to: at('01:01') });
    // The quarter in which they end is not drawn twice.
    expect(slots[5]).toMatchObject({ from: at('01:15') });
  });

  it('that are none change nothing', () => {
    expect(drawn(day, { minutes: { ...minutes, buckets: bucketsOf([]) } }).slots).toHaveLength(96);
  });
});

describe('holes', () => {
  const holes = (energy: Energy, more: Partial<PowerSource> = {}) =>
    drawn(energy, more).holes.map(({ from, to, isFetched }) => [
      (from - at('00:00')) / QUARTER_MS,
      (to - at('00:00')) / QUARTER_MS,
      isFetched,
    ]);

  it('are runs of what is unknown', () => {
    expect(holes(gone(day, 8, 9, 12))).toEqual([
      [8, 10, false],
      [12, 13, false],
    ]);
    expect(holes(gone(day, 95))).toEqual([[95, 96, false]]);
  });

  it('are parted where some of it is being fetched', () => {
    const fetched = [{ from: at('02:15'), to: at('02:30') }];
    expect(holes(gone(day, 8, 9, 10), { fetched })).toEqual([
      [8, 9, false],
      [9, 10, true],
      [10, 11, false],
    ]);
  });

  it('are none before the books begin, nor in the newest quarter', () => {
    const early = gone(day, 0, 1, 2);
    expect(holes(early, { begin_ms: at('00:30') })).toEqual([[2, 3, false]]);
    expect(holes(early, { begin_ms: at('00:29') })).toEqual([[1, 3, false]]);
    const running = gone(aDay('2026-04-22', 10, { next: null }), 38, 39);
    expect(holes(running, { now_ms: at('09:50') })).toEqual([[38, 39, false]]);
  });
});

describe('the hours at the foot', () => {
  const labels = (more: Partial<PowerSource> = {}, energy = day): string[] =>
    drawn(energy, more).hours.map(
      ({ at: from, label }) => `${String((from - at('00:00')) / 3_600_000)} ${label}`,
    );
  const view = (from: string, to: string) => ({ view: { from: at(from), to: at(to) } });

  it('are every sixth of a day', () => {
    expect(labels()).toEqual(['0 00', '6 06', '12 12', '18 18', '24 24']);
  });

  it('are more where less is shown', () => {
    expect(labels(view('00:00', '14:00'))).toEqual(['0 00', '3 03', '6 06', '9 09', '12 12']);
    expect(labels(view('00:00', '14:01'))).toEqual(['0 00', '6 06', '12 12']);
    expect(labels(view('10:00', '14:00'))).toEqual(['10 10', '11 11', '12 12', '13 13', '14 14']);
    expect(labels(view('10:00', '17:00'))).toHaveLength(8);
    expect(labels(view('10:00', '13:30'))).toEqual([
      '10 10:00',
      '10.5 10:30',
      '11 11:00',
      '11.5 11:30',
      '12 12:00',
      '12.5 12:30',
      '13 13:00',
      '13.5 13:30',
    ]);
    expect(labels({ ...view('21:00', '24:00'), locale: 'fi' }).slice(-2)).toEqual([
      '23.5 23.30',
      '24 ',
    ]);
    expect(labels(view('18:00', '24:00')).slice(-1)).toEqual(['24 24']);
  });

  it('to come stand by the offset at the end of the day', () => {
    const spring = answer({
      start: '2026-03-29T00:00:00+02:00',
      end: '2026-03-30T00:00:00+03:00',
      buckets: bucketsOf(['2026-03-29T00:00:00+02:00']),
    });
    const hours = drawn(spring).hours.map(({ at: from, label }) => [
      label,
      (from - Date.parse(spring.start)) / 3_600_000,
    ]);
    expect(hours).toEqual([
      ['00', 0],
      ['06', 5],
      ['12', 11],
      ['18', 17],
      ['24', 23],
    ]);
  });
});

describe('a home with a battery', () => {
  const MORE = { ...BOTH, battery: true };
  const more = withBattery(day);

  it('has for its own what the plants give and neither store nor sell', () => {
    // 1.5 kW of sun: 0.3 charged and 1 sold leave 0.2.
    expect(drawn(more, { roles: MORE }).slots[0]).toMatchObject({
      used: 1,
      produced: 1.5,
      own: expect.closeTo(0.2),
      discharged: expect.closeTo(0.2),
      charged: expect.closeTo(0.3),
    });
  });

  it('is as high as what is stored and sold on top of the home', () => {
    more.buckets.charged_wh[7] = 1_000;
    expect(drawn(more, { roles: MORE }).top).toBe(6);
    more.buckets.charged_wh[7] = 75;
  });

  it('has nothing own without a plant, or where that is not known', () => {
    const roles = { grid: true, battery: true };
    expect(drawn(more, { roles }).slots[0]).toMatchObject({ used: 1, own: null, produced: null });
    const silent = structuredClone(more);
    silent.buckets.produced_wh[0] = null;
    expect(drawn(silent, { roles: MORE }).slots[0]?.own).toBeNull();
    silent.buckets.charged_wh[1] = null;
    expect(drawn(silent, { roles: MORE }).slots[1]?.own).toBeCloseTo(0.5);
  });
});
