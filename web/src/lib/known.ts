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
}

export interface Known {
  home: Seen | null;
  solar: Seen | null;
  grid: Seen | null;
  /** The phases of the grid meter. */
  phases: SeenPhases | null;
}

export const NOTHING_KNOWN: Known = { home: null, solar: null, grid: null, phases: null };

/** What is known once `power` came: what it leaves open stays as it was. */
export function remember(known: Known, power: Power): Known {
  const seen = (w: number | null, before: Seen | null): Seen | null =>
    w === null ? before : { w, at: power.at };
  const grid = meterOf(power, 'grid');
  return {
    home: seen(power.home_w, known.home),
    solar: seen(power.solar_w, known.solar),
    grid: seen(power.grid_w, known.grid),
    phases: grid?.state === 'live' ? { at: power.at, phases: grid.phases } : known.phases,
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
    phases: known.phases,
  };
}

export function meterOf(power: Power | null, role: MeterPower['role']): MeterPower | undefined {
  return power?.meters.find((meter) => meter.role === role);
}
