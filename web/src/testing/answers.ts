/** Answers of energy as the server gives them, whole and simple; a test says what is different in its own. */
import type { Buckets, Energy, MeterBooks, Totals } from '../lib/wire';
import { COLUMNS, NO_MORE_TOTALS, noMoreColumns, type Column } from './nomore';

export type { Column };

export const TOTALS: Totals = {
  ...NO_MORE_TOTALS,
  imported_wh: 4_000,
  exported_wh: 6_000,
  produced_wh: 9_000,
  consumed_wh: 7_000,
  self_consumed_wh: 3_000,
  self_consumption_pct: 33.3,
  self_sufficiency_pct: 42.9,
  coverage_pct: 100,
  grid_coverage_pct: 100,
  solar_coverage_pct: 100,
};

/** 1 kW used, half of it bought, 1.5 kW produced: in each quarter of an hour. */
const QUARTER: Record<Column, number> = {
  imported_wh: 125,
  exported_wh: 250,
  produced_wh: 375,
  consumed_wh: 250,
  self_consumed_wh: 125,
  coverage_pct: 100,
  grid_coverage_pct: 100,
  solar_coverage_pct: 100,
};

export function bucketsOf(
  start: string[],
  of: Partial<Record<Column, (i: number) => number>> = {},
) {
  const column = (name: Column): number[] => start.map((_, i) => of[name]?.(i) ?? QUARTER[name]);
  const columns = Object.fromEntries(COLUMNS.map((name) => [name, column(name)]));
  return { start, ...noMoreColumns(start), ...columns } as unknown as Buckets;
}

/** So much of a bucket is booked, of each meter. */
export function covered({ buckets }: Energy, i: number, pct: number): void {
  buckets.coverage_pct[i] = buckets.grid_coverage_pct[i] = buckets.solar_coverage_pct[i] = pct;
}

export const two = (value: number): string => String(value).padStart(2, '0');

export function answer(changes: Partial<Energy>): Energy {
  return {
    period: '2026-04-22',
    week: '2026-W17',
    start: '2026-04-22T00:00:00+03:00',
    end: '2026-04-23T00:00:00+03:00',
    resolution: 'quarter',
    netting: 'quarter',
    buckets_netting: 'quarter',
    time_zone: 'Europe/Helsinki',
    previous: '2026-04-21',
    next: '2026-04-23',
    source: 'local',
    totals: TOTALS,
    buckets: bucketsOf([]),
    ...changes,
  };
}

/** A day in April by the quarter, up to the hour. */
export function aDay(date: string, hours = 24, changes: Partial<Energy> = {}): Energy {
  const start = Array.from(
    { length: hours * 4 },
    (_, i) => `${date}T${two(Math.floor(i / 4))}:${two((i % 4) * 15)}:00+03:00`,
  );
  return answer({
    period: date,
    start: `${date}T00:00:00+03:00`,
    end: `${date.slice(0, 8)}${two(Number(date.slice(8)) + 1)}T00:00:00+03:00`,
    buckets: bucketsOf(start),
    ...changes,
  });
}

/** A month of so many days, all of one offset: up to the day. */
export function aMonth(month: string, days: number, changes: Partial<Energy> = {}): Energy {
  const start = Array.from({ length: days }, (_, i) => `${month}-${two(i + 1)}T00:00:00+03:00`);
  const next = `${month.slice(0, 5)}${two(Number(month.slice(5)) + 1)}`;
  return answer({
    period: month,
    week: null,
    start: `${month}-01T00:00:00+03:00`,
    end: `${next}-01T00:00:00+03:00`,
    resolution: 'day',
    previous: null,
    next,
    buckets: bucketsOf(start, { consumed_wh: (i) => 1_000 * (i + 1) }),
    ...changes,
  });
}

/** A year by the month, up to the month. */
export function aYear(year: number, months: number, changes: Partial<Energy> = {}): Energy {
  const start = Array.from(
    { length: months },
    (_, i) => `${String(year)}-${two(i + 1)}-01T00:00:00+03:00`,
  );
  return answer({
    period: String(year),
    week: null,
    start: `${String(year)}-01-01T00:00:00+03:00`,
    end: `${String(year + 1)}-01-01T00:00:00+03:00`,
    resolution: 'month',
    previous: String(year - 1),
    next: String(year + 1),
    buckets: bucketsOf(start, { consumed_wh: (i) => 10_000 * (i + 1) }),
    ...changes,
  });
}

export const meterBooks = (changes: Partial<MeterBooks> = {}): MeterBooks =>
  ({
    name: 'mains',
    role: 'grid',
    host: '192.168.1.20',
    model: 'SPEM-003CEBEU',
    model_name: 'Shelly Pro 3EM',
    mac: 'DE30000000A1',
    firmware: '1.7.5',
    state: 'live',
    age_s: 1,
    clock_offset_s: 0,
    last_reading_at: '2026-04-23T13:45:00+03:00',
    booked_from: '2026-04-01T00:00:00+03:00',
    booked_to: '2026-04-23T13:44:00+03:00',
    to_fetch_minutes: 0,
    fetched_minutes: 0,
    fetching_since: null,
    to_post_minutes: null,
    missing: [],
    faults: [],
    ...changes,
  }) as MeterBooks;

/** Of a home with a battery and a part of its own: what was charged and given back, by quarters of an hour. */
export function withBattery(energy: Energy, changes: Partial<Totals> = {}): Energy {
  const { buckets, totals } = structuredClone(energy);
  const each = (value: number): number[] => buckets.start.map(() => value);
  return {
    ...energy,
    totals: {
      ...totals,
      discharged_wh: 1_000,
      charged_wh: 1_500,
      self_supplied_wh: 3_000,
      self_consumed_wh: 3_500,
      battery_coverage_pct: 100,
      loads: [{ name: 'heat pump', consumed_wh: 1_750, coverage_pct: 100 }],
      ...changes,
    },
    buckets: {
      ...buckets,
      discharged_wh: each(50),
      charged_wh: each(75),
      self_supplied_wh: each(125),
      self_consumed_wh: each(150),
      battery_coverage_pct: each(100),
      loads: [{ name: 'heat pump', consumed_wh: each(62.5), coverage_pct: each(100) }],
    },
  };
}
