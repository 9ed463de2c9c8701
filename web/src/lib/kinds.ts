/**
 * The kinds of things that the app shows, one row a kind: their columns in an answer, colours, icons, and where they
 * stand. All screens read these rows, and `shape.ts`, which says what of them a home has; words are in `i18n`, by the
 * same names. A further kind is a row here, its words, and its place in a shape.
 */
import { BatteryMedium, House, Plug, Sun, UtilityPole, type IconNode } from 'lucide';
import type { Buckets, MeterBooks, Power } from './wire';

/** What has a power: the home, and what gives to it or takes from it. */
export type Flow = 'home' | 'solar' | 'grid';
/** Each in its own way beside the home. */
export type Beside = Exclude<Flow, 'home'>;
export const FLOWS: readonly Flow[] = ['home', 'solar', 'grid'];

/** Whether a power is above zero, towards the home; below it; or written as zero. */
export type Sign = 'plus' | 'minus' | 'still';

interface FlowKind {
  icon: IconNode;
  /** Its live power, W. */
  power: 'home_w' | 'solar_w' | 'grid_w';
  /** Its energy, where one number stands for it. */
  energy: Energy;
  /** Colours of its lines and of its words, by the sign of its power. */
  ink: Readonly<Record<Sign, string>>;
  text: Readonly<Record<Sign, string>>;
  /** Its place in the row around the home. */
  side: 'start' | 'middle' | 'end';
  /** At zero and below it sleeps: what it draws then is told in small letters. */
  sleeps: boolean;
}

const QUIET = 'var(--ink-2)';
const inks = (ink: string): Record<Sign, string> => ({ plus: ink, minus: ink, still: ink });

export const FLOW: Readonly<Record<Flow, FlowKind>> = {
  home: {
    icon: House,
    power: 'home_w',
    energy: 'used',
    ink: inks('var(--home)'),
    text: inks('var(--home-text)'),
    side: 'middle',
    sleeps: false,
  },
  solar: {
    icon: Sun,
    power: 'solar_w',
    energy: 'produced',
    ink: inks('var(--solar-edge)'),
    text: { plus: 'var(--solar-text)', minus: QUIET, still: QUIET },
    side: 'start',
    sleeps: true,
  },
  grid: {
    icon: UtilityPole,
    power: 'grid_w',
    energy: 'bought',
    ink: { plus: 'var(--import)', minus: 'var(--export)', still: 'var(--import)' },
    text: { plus: 'var(--import-text)', minus: 'var(--export-text)', still: QUIET },
    side: 'end',
    sleeps: false,
  },
};

/** What each role is drawn as, also where no power of it flows in the picture. */
export const ROLE_ICON: Readonly<Record<MeterBooks['role'], IconNode>> = {
  solar: FLOW.solar.icon,
  grid: FLOW.grid.icon,
  battery: BatteryMedium,
  load: Plug,
};

/** Energies of a span: what a row tells, and the parts that it is made of. */
export type Energy = 'used' | 'produced' | 'own' | 'bought' | 'sold';
/** Those that are drawn as parts: own solar, bought, sold. */
export type Part = 'own' | 'bought' | 'sold';
export type Column = Exclude<keyof Buckets, 'start' | 'loads' | `${string}_pct`>;

interface EnergyKind {
  column: Column;
  /** The colour of the icon of its row. */
  icon: string;
  /** Whose curve tells more of it. */
  of: Flow;
}

export const ENERGY: Readonly<Record<Energy, EnergyKind>> = {
  own: { column: 'self_consumed_wh', of: 'solar', icon: 'var(--solar-text)' },
  bought: { column: 'imported_wh', of: 'grid', icon: 'var(--import)' },
  sold: { column: 'exported_wh', of: 'grid', icon: 'var(--export)' },
  used: { column: 'consumed_wh', of: 'home', icon: 'var(--home)' },
  produced: { column: 'produced_wh', of: 'solar', icon: 'var(--solar-text)' },
};
export const ENERGIES = Object.keys(ENERGY) as readonly Energy[];

/** A part's tint, bounded by an edge of the full colour. */
export const FILL: Readonly<Record<Part, { ink: string; edge: string }>> = {
  own: { ink: 'var(--area-own)', edge: 'var(--solar-edge)' },
  bought: { ink: 'var(--area-import)', edge: 'var(--import)' },
  sold: { ink: 'var(--area-export)', edge: 'var(--export)' },
};

/** Below this a power is written as 0 W. */
const STILL_W = 0.5;

export function signOf(w: number): Sign {
  if (Math.abs(w) < STILL_W) return 'still';
  return w > 0 ? 'plus' : 'minus';
}

/** What of a power flows; of what sleeps, nothing below zero does. */
export const flowing_w = (flow: Flow, w: number): number =>
  FLOW[flow].sleeps ? Math.max(0, w) : w;

export const powerOf = (power: Power, flow: Flow): number | null => power[FLOW[flow].power];
