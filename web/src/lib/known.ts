/** The last known values: what is shown, with its age, while a meter or the server is silent. */
import type { MeterPower, PhasePower, Power, RecentPower } from './wire';

export interface Seen {
  w: number;
  /** RFC 3339: when it was so, by the home's clock. */
  at: string;
}

export interface SeenPhases {
  at: string;
  phases: PhasePower[];
  /** As the meter counts, W. */
  sum_w: number | null;
}

export interface Known {
  home: Seen | null;
  solar: Seen | null;
  grid: Seen | null;
  /** Each meter's phases, by its name. */
  meters: Readonly<Record<string, SeenPhases>>;
  /** The phases of the grid meter. */
  phases: SeenPhases | null;
}

export const NOTHING_KNOWN: Known = {
  home: null,
  solar: null,
  grid: null,
  meters: {},
  phases: null,
};

/** What is known once `power` came: what it leaves open stays as it was. */
export function remember(known: Known, power: Power): Known {
  const seen = (w: number | null, before: Seen | null): Seen | null =>
    w === null ? before : { w, at: power.at };
  const grid = meterOf(power, 'grid');
  const meters: Record<string, SeenPhases> = { ...known.meters };
  for (const meter of power.meters) {
    if (meter.state === 'live') meters[meter.name] = seenPhases(power.at, meter);
  }
  return {
    meters,
    home: seen(power.home_w, known.home),
    solar: seen(power.solar_w, known.solar),
    grid: seen(power.grid_w, known.grid),
    phases: grid?.state === 'live' ? seenPhases(power.at, grid) : known.phases,
  };
}

/** What the server remembers of the last minutes, where it is younger than what this phone does. */
export function rememberRecent(known: Known, recent: RecentPower): Known {
  const newest = (column: readonly (number | null)[], before: Seen | null): Seen | null => {
    const i = column.findLastIndex((w) => w !== null);
    const w = column[i];
    const at = recent.at[i];
    if (w === null || w === undefined || at === undefined) return before;
    return before && Date.parse(before.at) >= Date.parse(at) ? before : { w, at };
  };
  return {
    home: newest(recent.home_w, known.home),
    solar: newest(recent.solar_w, known.solar),
    grid: newest(recent.grid_w, known.grid),
    meters: known.meters,
    phases: known.phases,
  };
}

const seenPhases = (at: string, { phases, active_power_w }: MeterPower): SeenPhases => ({
  at,
  phases,
  sum_w: active_power_w,
});

export function meterOf(power: Power | null, role: MeterPower['role']): MeterPower | undefined {
  return power?.meters.find((meter) => meter.role === role);
}
