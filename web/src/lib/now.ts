/** What Now says: which values are live, which are old, and in which words. */
import type { Words } from './i18n';
import { FLOW, signOf, type Beside } from './kinds';
import type { MainsPhase, Seen } from './known';
import * as time from './time';
import type { Locale } from './time';
import type { MeterPower, PhasePower, Power } from './wire';

/** Values that came longer ago are not live, whatever the line says. */
export const STALE_MS = 10_000;
/** A phase above this share of the fuse is told. */
const NEAR_FUSE = 0.8;

/** A power as shown: its last known value, and whether that is the present one. */
export interface Value {
  w: number | null;
  live: boolean;
  /** When it was so; null for a live or unknown value. */
  at: string | null;
}

export function valueOf(w: number | null | undefined, seen: Seen | null, fresh: boolean): Value {
  if (fresh && w !== null && w !== undefined) return { w, live: true, at: null };
  return { w: seen?.w ?? null, live: false, at: seen?.at ?? null };
}

/** Values are fresh while the server speaks. */
export const isFresh = (received_ms: number | null, now_ms: number, lost: boolean): boolean =>
  received_ms !== null && !lost && now_ms - received_ms < STALE_MS;

/** `lost`: a second attempt failed as well, so that a hiccup is not announced. */
export type Link = 'connecting' | 'open' | 'lost';

/**
 * `busy`: it keeps as many streams as it can. `homeless`: without meters, it has not heard of its home yet. `tries`:
 * too many wrong tokens. `barred`: something in front of it lets nobody through. `failed`: it says that it can't.
 */
export type Denial = 'busy' | 'homeless' | 'tries' | 'barred' | 'failed';

/** What the line to the server is like. */
export interface Line {
  link: Link;
  isOnline: boolean;
  /** Why the server does not let it through. */
  denial: Denial | null;
}

/** What keeps values from being of now, in a word; null while they are. */
export function lineWord(
  { link, isOnline, denial }: Line,
  fresh: boolean,
  { state }: Words,
): { kind: 'lost' | 'connecting'; text: string } | null {
  if (link === 'lost') {
    return { kind: 'lost', text: state[denial ?? (isOnline ? 'gone' : 'offline')] };
  }
  return fresh ? null : { kind: 'connecting', text: state.connecting };
}

/** Seconds since `at`, counted by the server's clock up to its last word and by the phone's from there. */
export function ageOf(
  at: string | null,
  power: Power | null,
  received_ms: number | null,
  now_ms: number,
): number | null {
  if (at === null || power === null || received_ms === null) return null;
  return (Date.parse(power.at) - Date.parse(at) + now_ms - received_ms) / 1000;
}

/** How a flow is told: in which language, and since when where it is not live and others are. */
export interface FlowTellers {
  words: Words;
  locale: Locale;
  /** The home's clock now, without offset; null where a moment stands elsewhere. */
  since: string | null;
}

/** What it does; of a meter that is silent, what it did. */
export function flowWord(flow: Beside, value: Value, tellers: FlowTellers): string {
  const { now, directions } = tellers.words;
  if (value.w === null) return now.notKnown;
  const said = directions[flow];
  const sign = signOf(value.w);
  return value.live ? said[sign] : told(said.was[sign], value, tellers);
}

/** A plant at night, which draws a few watts: nothing that anybody needs to be told of in large letters. */
export const isAsleep = (flow: Beside, { w, live }: Value): boolean =>
  FLOW[flow].sleeps && live && w !== null && signOf(w) !== 'plus';

function told(word: string, { at }: Value, { words, locale, since }: FlowTellers): string {
  if (since === null || at === null) return word;
  const when = time.whenShort(at, since, locale);
  return word ? words.now.at(word, when) : words.now.asOf(when);
}

/** Share of the home's power that is own solar, %; null unless both are of this moment. */
export function ownSolarShare(home: Value, solar: Value): number | null {
  if (home.w === null || solar.w === null || home.w <= 0) return null;
  if (!home.live || !solar.live) return null;
  return (100 * Math.min(Math.max(solar.w, 0), home.w)) / home.w;
}

/** Share of the home's power that is not bought, %: of what a battery gives nobody knows where it came from. */
export function ownPowerShare(home: Value, grid: Value): number | null {
  if (home.w === null || grid.w === null) return null;
  const own = { ...grid, w: home.w - Math.max(grid.w, 0) };
  return ownSolarShare(home, own);
}

export const silentMeters = (power: Power | null): MeterPower[] =>
  power?.meters.filter(({ state }) => state !== 'live') ?? [];

export interface PhaseBar {
  /** "L1", or "L1 mains" where the mains have several meters. */
  name: string;
  current_a: number | null;
  active_power_w: number | null;
  /** Length, 0-100 % of the fuse. */
  load_pct: number;
  direction: 'in' | 'out' | null;
  near: boolean;
}

/** The phase nearest to the fuse, where one is near it. */
export const nearest = (bars: readonly PhaseBar[]): PhaseBar | undefined =>
  bars
    .filter(({ near }) => near)
    .sort((one, other) => (other.current_a ?? 0) - (one.current_a ?? 0))[0];

const PHASE_NAMES = { a: 'L1', b: 'L2', c: 'L3' } as const;

export const phaseName = (phase: PhasePower['phase']): string => PHASE_NAMES[phase];

const DIRECTIONS = { plus: 'in', minus: 'out', still: null } as const;

export function phaseBars(phases: readonly MainsPhase[], fuse_a: number): PhaseBar[] {
  return phases.map(({ phase, meter, current_a, active_power_w }) => {
    const load = current_a === null ? 0 : current_a / fuse_a;
    const sign = active_power_w === null ? 'still' : signOf(active_power_w);
    return {
      name: meter === null ? phaseName(phase) : `${phaseName(phase)} ${meter}`,
      current_a,
      active_power_w,
      load_pct: Math.min(100, 100 * load),
      direction: DIRECTIONS[sign],
      near: load > NEAR_FUSE,
    };
  });
}
