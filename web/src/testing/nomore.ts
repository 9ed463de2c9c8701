/** What is told of a home that measures mains and a plant and no more: what any other role adds is null. */
import { BESIDES, ENERGIES, ENERGY, FLOW, FLOWS, type Flow } from '../lib/kinds';
import type { Buckets, Power, RecentPower, Totals } from '../lib/wire';

/** What such a home has, in the order in which it is told. */
export const COLUMNS = [
  'imported_wh',
  'exported_wh',
  'produced_wh',
  'consumed_wh',
  'self_consumed_wh',
  'coverage_pct',
  'grid_coverage_pct',
  'solar_coverage_pct',
] as const satisfies readonly (keyof Buckets)[];

export type Column = (typeof COLUMNS)[number];

type Further = Exclude<keyof Buckets, Column | 'start' | 'loads'>;

const FURTHER: readonly Further[] = [
  ...ENERGIES.map((energy) => ENERGY[energy].column),
  'self_supplied_wh',
  ...BESIDES.map((kind) => FLOW[kind].coverage),
].filter((name): name is Further => COLUMNS.every((column) => column !== name));

const each = <Name extends string, Value>(names: readonly Name[], value: Value) =>
  Object.fromEntries(names.map((name) => [name, value])) as Record<Name, Value>;

export const NO_MORE_TOTALS: Pick<Totals, Further | 'loads'> = {
  ...each(FURTHER, null),
  loads: [],
};

export function noMoreColumns(start: readonly string[]): Pick<Buckets, Further | 'loads'> {
  const nothing = start.map(() => null);
  return { ...each(FURTHER, nothing), loads: [] };
}

/** Of no flow is the power known. */
export const NO_POWERS: Record<Flow, null> = each(FLOWS, null);

/** What such a home tells of its power just now. */
export const NO_POWER: Power = {
  ...each(
    FLOWS.map((flow) => FLOW[flow].power),
    null,
  ),
  at: '',
  loads: [],
  meters: [],
};

/** Of the last minutes, of which nothing but this is known. */
export function recentOf(of: Partial<RecentPower> & Pick<RecentPower, 'at'>): RecentPower {
  const nothing = of.at.map(() => null);
  return {
    ...each(
      FLOWS.map((flow) => FLOW[flow].power),
      nothing,
    ),
    ...of,
  };
}
