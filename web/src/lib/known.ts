/** The last known values: what is shown, with its age, while a meter or the server is silent. */
import { columnOf } from './curve';
import { FLOWS, powerOf, type Flow } from './kinds';
import type { MeterPower, PhasePower, Power, RecentPower } from './wire';

export interface Seen {
  w: number;
  /** RFC 3339: when it was so, by the home's clock. */
  at: string;
}

/** A phase of the mains, with the meter's name where the mains have several. */
export type MainsPhase = PhasePower & { meter: string | null };

export interface SeenPhases {
  at: string;
  phases: PhasePower[];
  /** As the meter counts, W. */
  sum_w: number | null;
}

type SeenFlows = Record<Flow, Seen | null>;

export interface Known extends SeenFlows {
  /** Each meter's phases, by its name. */
  meters: Readonly<Record<string, SeenPhases>>;
  /** The phases of the mains, of all its meters. */
  phases: { at: string; phases: MainsPhase[] } | null;
}

const eachFlow = (of: (flow: Flow) => Seen | null): SeenFlows =>
  Object.fromEntries(FLOWS.map((flow) => [flow, of(flow)])) as SeenFlows;

export const NOTHING_KNOWN: Known = { ...eachFlow(() => null), meters: {}, phases: null };

/** What is known once `power` came: what it leaves open stays as it was. */
export function remember(known: Known, power: Power): Known {
  const seen = (w: number | null, before: Seen | null): Seen | null =>
    w === null ? before : { w, at: power.at };
  const meters: Record<string, SeenPhases> = { ...known.meters };
  for (const meter of power.meters) {
    if (meter.state === 'live') meters[meter.name] = seenPhases(power.at, meter);
  }
  return {
    ...eachFlow((flow) => seen(powerOf(power, flow), known[flow])),
    meters,
    phases: mainsPhases(power, known.phases),
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
    ...eachFlow((flow) => newest(columnOf(recent, flow), known[flow])),
    meters: known.meters,
    phases: known.phases,
  };
}

const seenPhases = (at: string, { phases, active_power_w }: MeterPower): SeenPhases => ({
  at,
  phases,
  sum_w: active_power_w,
});

/** Those from `before` while a meter of the mains is not live; null where there is none, or none any more. */
function mainsPhases({ at, meters }: Power, before: Known['phases']): Known['phases'] {
  const mains = meters.filter(({ phases }) => phases.some(isOfMains));
  if (!mains.length) return null;
  if (mains.some(({ state }) => state !== 'live')) return before;
  const phases = mains.flatMap(({ name, phases: own }) =>
    own.filter(isOfMains).map((phase) => ({ ...phase, meter: mains.length > 1 ? name : null })),
  );
  return { at, phases };
}

const isOfMains = ({ role }: PhasePower): boolean => role === 'grid';
