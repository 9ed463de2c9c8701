import { describe, expect, it } from 'vitest';
import { aDay, aMonth, answer, aYear, covered, withBattery } from '../testing/answers';
import { words } from '../testing/words';
import { barPicture } from './chart/bars';
import { powerPicture } from './chart/power';
import { summaryOf } from './chart/summary';
import { ownView } from './ownview';
import { bucketName, legendOf, readingOf } from './readout';
import type { MissingSpan } from './wire';

const BOTH = { grid: true, solar: true };
const GRID = { grid: true, solar: false };
const PLANT = { grid: false, solar: true };
const HOME = { ...BOTH, only: 'home' };
const en = { words: words.en, locale: 'en' as const, style: { locale: 'en' } };
const day = aDay('2026-04-22');
const month = aMonth('2026-04', 30, { totals: { ...day.totals, consumed_wh: 465_000 } });
const now_ms = Date.parse('2026-06-20T12:00:00+03:00');
const common = { begin_ms: null, fetched: [], now_ms, locale: 'en' as const };
const power = (roles = BOTH, energy = day, fetched: { from: number; to: number }[] = []) =>
  powerPicture({ ...common, day: energy, minutes: null, before: day, view: null, roles, fetched });
const bars = (roles = BOTH, energy = month, fetched: { from: number; to: number }[] = []) =>
  barPicture({ ...common, energy, roles, style: en.style, fetched });
const told = (readout: ReturnType<typeof readingOf>) =>
  readout && [
    readout.when,
    ...readout.marks.map(({ name, value = '' }) => `${name} ${value}`.trim()),
    readout.unit,
  ];

describe('the legend', () => {
  it.each([
    [power(), ['home', 'own solar', 'bought', 'sold', 'home Tue']],
    [bars(), ['home', 'own solar', 'bought', 'sold']],
    [power(HOME), ['home', 'own solar', 'bought', 'home Tue']],
    [bars(HOME), ['home', 'own solar', 'bought']],
    [power(GRID), ['bought', 'sold', 'bought Tue']],
    [bars(GRID), ['bought', 'sold']],
    [power(PLANT), ['solar', 'solar Tue']],
    [bars(PLANT), ['solar']],
  ])('has one order whatever the chart', (picture, names) => {
    expect(legendOf(picture, 'Tue', en).marks.map(({ name }) => name)).toEqual(names);
  });

  it('has the same tints whatever the chart, and no line of a day before where there is none', () => {
    const inks = (picture: Parameters<typeof legendOf>[0]) =>
      legendOf(picture, null, en).marks.map(({ ink, edge, shape }) => [shape, ink, edge]);
    expect(inks(power())).toEqual(inks(bars()));
    expect(legendOf(power(), null, en).marks).toHaveLength(4);
  });

  it('says what stands below the line', () => {
    const sold = (picture: Parameters<typeof legendOf>[0]) =>
      legendOf(picture, null, en).marks.find(({ name }) => name === 'sold')?.more;
    expect([sold(power()), sold(bars()), sold(power(GRID))]).toEqual([
      undefined,
      ', below the line',
      ', below the line',
    ]);
  });
});

describe('a reading of a day', () => {
  it.each([
    [BOTH, ['01:15–01:30', 'home 1.00', 'solar 1.50', 'sold 1.00', 'kW']],
    [HOME, ['01:15–01:30', 'home 1.00', 'own solar 1.00', 'bought 0.50', 'kW']],
    [GRID, ['01:15–01:30', 'bought 0.50', 'sold 1.00', 'kW']],
    [PLANT, ['01:15–01:30', 'solar 1.50', 'kW']],
  ])('of %j', (roles, text) => {
    expect(told(readingOf(power(roles), day, 5, en))).toEqual(text);
  });

  it('is bought where more is bought than sold', () => {
    const night = structuredClone(day);
    night.buckets.exported_wh[5] = 0;
    expect(told(readingOf(power(BOTH, night), night, 5, en))?.[3]).toBe('bought 0.50');
    // As much of both: nothing was left over.
    night.buckets.exported_wh[5] = night.buckets.imported_wh[5] = 0;
    expect(told(readingOf(power(BOTH, night), night, 5, en))?.[3]).toBe('bought 0.00');
  });

  it('says that nothing is known, or that it is being fetched', () => {
    const gone = structuredClone(day);
    covered(gone, 5, 0);
    const from = Date.parse('2026-04-22T01:15:00+03:00');
    expect(told(readingOf(power(BOTH, gone), gone, 5, en))).toEqual(
      ['01:15–01:30', 'home no data', ''].map((text) => text.replace('home no data', 'no data')),
    );
    const fetched = [{ from, to: from + 1 }];
    expect(told(readingOf(power(PLANT, gone, fetched), gone, 5, en))).toEqual([
      '01:15–01:30',
      'being fetched',
      '',
    ]);
    expect(told(readingOf(power(GRID, gone), gone, 5, en))?.[1]).toBe('no data');
    expect(readingOf(power(), day, 200, en)).toBeNull();
  });

  it('of a minute has one clock, and the last quarter ends at midnight', () => {
    const minute = answer({
      resolution: 'minute',
      buckets: {
        ...day.buckets,
        start: ['2026-04-22T01:15:00+03:00', '2026-04-22T01:16:00+03:00'],
      },
    });
    const picture = powerPicture({
      ...common,
      day: minute,
      minutes: null,
      before: null,
      view: null,
      roles: BOTH,
    });
    expect(told(readingOf(picture, minute, 0, en))?.[0]).toBe('01:15');
    expect(told(readingOf(power(), day, 95, en))?.[0]).toBe('23:45–24:00');
  });
});

describe('a reading of a bar', () => {
  it.each([
    [BOTH, ['Thu 30 Apr', 'home 30.00', 'own solar 0.13', 'bought 0.13', 'sold 0.25', 'kWh']],
    [HOME, ['Thu 30 Apr', 'home 30.00', 'own solar 0.13', 'bought 0.13', 'kWh']],
    [GRID, ['Thu 30 Apr', 'bought 0.13', 'sold 0.25', 'kWh']],
    [PLANT, ['Thu 30 Apr', 'solar 0.38', 'kWh']],
  ])('of %j', (roles, text) => {
    expect(told(readingOf(bars(roles), month, 29, en))).toEqual(text);
  });

  it('has one decimal from 100 on, and none in Wh', () => {
    const large = structuredClone(month);
    large.buckets.imported_wh[3] = 123_456;
    expect(told(readingOf(bars(GRID, large), large, 3, en))?.[1]).toBe('bought 123.5');
    const totals = {
      ...month.totals,
      imported_wh: 5,
      exported_wh: 5,
      produced_wh: 5,
      consumed_wh: 5,
      self_consumed_wh: 5,
    };
    const small = { ...month, totals };
    expect(told(readingOf(bars(GRID, small), small, 3, en))).toEqual([
      'Sat 4 Apr',
      'bought 125',
      'sold 250',
      'Wh',
    ]);
  });

  it('says what is not known', () => {
    const gone = structuredClone(month);
    gone.buckets.imported_wh[3] = gone.buckets.produced_wh[3] = null;
    expect(told(readingOf(bars(BOTH, gone), gone, 3, en))).toEqual(['Sat 4 Apr', 'no data', '']);
    const from = Date.parse('2026-04-04T00:00:00+03:00');
    const picture = bars(BOTH, gone, [{ from, to: from + 1 }]);
    expect(told(readingOf(picture, gone, 3, en))).toEqual(['Sat 4 Apr', 'being fetched', '']);
    gone.buckets.imported_wh[3] = 7_000;
    gone.buckets.consumed_wh[3] = null;
    expect(told(readingOf(bars(BOTH, gone), gone, 3, en))?.[1]).toBe('home –');
    const running = aMonth('2026-06', 20, { next: null });
    expect(readingOf(bars(BOTH, running), running, 25, en)).toBeNull();
  });
});

it('a bucket is called by what it is', () => {
  const at = '2026-04-22T01:15:00+03:00';
  expect(bucketName(at, month, 'en')).toBe('Wed 22 Apr');
  expect(bucketName(at, aYear(2026, 4), 'fi')).toBe('Huhtikuu');
  expect(bucketName(at, { ...month, resolution: 'year' }, 'en')).toBe('2026');
  expect(bucketName(at, day, 'fi')).toBe('01.15');
});

describe('the sentence on a chart', () => {
  const said = (
    roles: typeof BOTH,
    picture: ReturnType<typeof power> | ReturnType<typeof bars> | null,
    gaps: MissingSpan[] = [],
  ) => summaryOf({ title: 'Wed 22 Apr', energy: day, picture, roles, gaps }, en);

  it.each([
    [BOTH, 'Wed 22 Apr: used 7.00 kWh, produced 9.00 kWh. The home peaked at 1.00 kW at 00:00.'],
    [HOME, 'Wed 22 Apr: used 7.00 kWh. The home peaked at 1.00 kW at 00:00.'],
    [GRID, 'Wed 22 Apr: bought 4.00 kWh, sold 6.00 kWh.'],
    [PLANT, 'Wed 22 Apr: produced 9.00 kWh.'],
  ])('of %j', (roles, text) => {
    expect(said(roles, power(roles))).toBe(`${text} ${words.en.history.keys.day}`);
  });

  it('ends with what keys do there', () => {
    const { keys } = words.en.history;
    expect(said(BOTH, bars()).endsWith(keys.bars)).toBe(true);
    const shown = { title: 'Today', energy: day, roles: BOTH, gaps: [] };
    const now = summaryOf({ ...shown, picture: power(BOTH), stays: true }, en);
    expect(now.endsWith(keys.now)).toBe(true);
  });

  it('tells what is missing and what is being fetched', () => {
    const gone = structuredClone(day);
    for (const i of [4, 5, 20]) covered(gone, i, 0);
    const from = Date.parse('2026-04-22T05:00:00+03:00');
    expect(said(BOTH, power(BOTH, gone, [{ from, to: from + 1 }]))).toContain(
      '30\u00a0min missing. 15\u00a0min being fetched.',
    );
    const gap = (start: string, end: string, reason: string) =>
      ({
        start: `2026-04-${start}:00+03:00`,
        end: `2026-04-${end}:00+03:00`,
        reason,
      }) as MissingSpan;
    const gaps = [
      gap('03T01:00', '03T02:00', 'outage'),
      gap('04T01:00', '04T03:00', 'being fetched'),
    ];
    expect(said(BOTH, bars(), gaps)).toContain('1\u00a0h missing. 2\u00a0h being fetched.');
    expect(said(BOTH, null)).not.toContain('peaked');
    const unknown = { ...day, totals: { ...day.totals, consumed_wh: null } };
    expect(
      summaryOf({ title: 'T', energy: unknown, picture: null, roles: BOTH, gaps: [] }, en),
    ).toContain('T: used –,');
  });
});

describe('with a battery', () => {
  const MORE = { ...BOTH, battery: true, loads: ['heat pump'] };
  const more = withBattery(day);
  const bar = withBattery(month);

  it('the legend has its both directions, and says once what hangs', () => {
    const marks = legendOf(bars(MORE, bar), null, en).marks;
    expect(marks.map(({ name }) => name)).toEqual([
      'home',
      'own solar',
      'from battery',
      'bought',
      'charged',
      'sold',
    ]);
    expect(marks.filter((mark) => mark.more).map(({ name }) => name)).toEqual(['sold']);
    expect(new Set(marks.map(({ ink }) => ink)).size).toBe(6);
  });

  it('a reading of a day has the direction that flows', () => {
    expect(told(readingOf(power(MORE, more), more, 5, en))).toEqual([
      '01:15–01:30',
      'home 1.00',
      'solar 1.50',
      'charged 0.30',
      'sold 1.00',
      'kW',
    ]);
  });

  it('a reading of a bar has each part', () => {
    expect(told(readingOf(bars(MORE, bar), bar, 29, en))?.slice(1, 6)).toEqual([
      'home 30.00',
      'own solar 0.08',
      'from battery 0.05',
      'bought 0.13',
      'charged 0.08',
    ]);
  });

  it('a part of the home goes by its own name', () => {
    const roles = { ...MORE, only: 'load/heat pump' as const };
    const own = ownView(more, roles.only);
    const picture = powerPicture({
      ...common,
      day: own,
      minutes: null,
      before: own,
      view: null,
      roles,
    });
    expect(legendOf(picture, 'Tue', en).marks.map(({ name }) => name)).toEqual([
      'heat pump',
      'heat pump Tue',
    ]);
    expect(told(readingOf(picture, own, 5, en))).toEqual(['01:15–01:30', 'heat pump 0.25', 'kW']);
    const summary = summaryOf({ title: 'T', energy: own, picture, roles, gaps: [] }, en);
    expect(summary).toContain('T: used 1.75 kWh.');
  });
});
