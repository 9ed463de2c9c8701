/**
 * The kinds of things that the app shows, one row a kind: their columns in an answer, colours, icons, and where they
 * stand. All screens read these rows, and `shape.ts`, which says what of them a home has; words are in `i18n`, by the
 * same names. A further role is a row here, one for each of its energies, and its words and colours.
 */
import { BatteryMedium, House, Plug, Sun, UtilityPole, type IconNode } from 'lucide';
import type { Buckets, MeterBooks, Power } from './wire';

export type Role = MeterBooks['role'];
/** The home, and what its sources measure. */
export type Kind = 'home' | Role;
/** What has a power of its own in every answer; each part of the home is told by its name instead. */
export type Flow = Exclude<Kind, 'load'>;
/** Each in its own way beside the home. */
export type Beside = Exclude<Flow, 'home'>;

/** Whether a power is above zero, towards the home; below it; or written as zero. */
export type Sign = 'plus' | 'minus' | 'still';

/** In the balance of the home. */
export type Place = 'home' | 'plant' | 'store' | 'mains' | 'part';

interface KindRow {
  place: Place;
  icon: IconNode;
  /** How much of a span its sources have. */
  coverage: Extract<keyof Buckets, `${string}_pct`>;
  /** The energy that comes from it into the home; of the home, what it used. */
  gives: Told;
  /** What goes the other way. */
  takes: Exclude<Told, 'used'> | null;
  /** The colours of its lines, by the sign of its power. */
  ink: Readonly<Record<Sign, string>>;
}

interface FlowRow extends KindRow {
  /** Its live power, W. */
  power: Extract<keyof Power, `${string}_w`>;
  /** The colours of its words. */
  text: Readonly<Record<Sign, string>>;
  /** Its place around the home. */
  side: 'start' | 'middle' | 'end' | 'below';
  /** At zero and below it sleeps: what it draws then is told in small letters. */
  sleeps: boolean;
}

const QUIET = 'var(--ink-2)';
const inks = (ink: string): Record<Sign, string> => ({ plus: ink, minus: ink, still: ink });

/** In the order in which they are told. */
export const FLOW: Readonly<Record<Flow, FlowRow>> = {
  home: {
    place: 'home',
    icon: House,
    power: 'home_w',
    coverage: 'coverage_pct',
    gives: 'used',
    takes: null,
    ink: inks('var(--home)'),
    text: inks('var(--home-text)'),
    side: 'middle',
    sleeps: false,
  },
  solar: {
    place: 'plant',
    icon: Sun,
    power: 'solar_w',
    coverage: 'solar_coverage_pct',
    gives: 'produced',
    takes: null,
    ink: inks('var(--solar-edge)'),
    text: { plus: 'var(--solar-text)', minus: QUIET, still: QUIET },
    side: 'start',
    sleeps: true,
  },
  battery: {
    place: 'store',
    icon: BatteryMedium,
    power: 'battery_w',
    coverage: 'battery_coverage_pct',
    gives: 'discharged',
    takes: 'charged',
    ink: inks('var(--battery)'),
    text: { plus: 'var(--battery-text)', minus: 'var(--battery-text)', still: QUIET },
    side: 'below',
    sleeps: false,
  },
  grid: {
    place: 'mains',
    icon: UtilityPole,
    power: 'grid_w',
    coverage: 'grid_coverage_pct',
    gives: 'bought',
    takes: 'sold',
    ink: { plus: 'var(--import)', minus: 'var(--export)', still: 'var(--import)' },
    text: { plus: 'var(--import-text)', minus: 'var(--export-text)', still: QUIET },
    side: 'end',
    sleeps: false,
  },
};
export const FLOWS = Object.keys(FLOW) as readonly Flow[];
export const BESIDES = FLOWS.filter((flow): flow is Beside => flow !== 'home');

export const KIND: Readonly<Record<Kind, KindRow>> = {
  ...FLOW,
  load: {
    place: 'part',
    icon: Plug,
    coverage: 'coverage_pct',
    gives: 'part',
    takes: null,
    ink: inks('var(--home)'),
  },
};

/** Energies of a span: what a row tells, and the parts that it is made of. */
export type Energy =
  'used' | 'produced' | 'own' | 'discharged' | 'charged' | 'bought' | 'sold' | 'part';
/** Those that are rows; own energy is a part of others alone. */
export type Told = Exclude<Energy, 'own'>;
/** Those that are drawn as parts. */
export type Part = Exclude<Energy, 'used'>;
export type Column = Extract<keyof Buckets, `${string}_wh`>;

/** A tint, bounded by an edge of the full colour. */
interface Fill {
  ink: string;
  edge: string;
}

interface EnergyRow {
  column: Column;
  /** The colour of the icon of its row. */
  icon: string;
  /** Whose curve tells more of it. */
  of: Kind;
  fill: Fill;
}

const fill = (area: string, edge: string): Fill => ({
  ink: `var(--area-${area})`,
  edge: `var(--${edge})`,
});
const OWN = fill('own', 'solar-edge');
const USED = fill('home', 'home');

export const ENERGY: Readonly<Record<Energy, EnergyRow>> = {
  own: { column: 'self_consumed_wh', of: 'solar', icon: 'var(--solar-text)', fill: OWN },
  discharged: {
    column: 'discharged_wh',
    of: 'battery',
    icon: 'var(--battery-text)',
    fill: fill('discharged', 'battery'),
  },
  bought: {
    column: 'imported_wh',
    of: 'grid',
    icon: 'var(--import)',
    fill: fill('import', 'import'),
  },
  charged: {
    column: 'charged_wh',
    of: 'battery',
    icon: 'var(--battery-text)',
    fill: fill('charged', 'battery'),
  },
  sold: {
    column: 'exported_wh',
    of: 'grid',
    icon: 'var(--export)',
    fill: fill('export', 'export'),
  },
  used: { column: 'consumed_wh', of: 'home', icon: 'var(--home)', fill: USED },
  produced: { column: 'produced_wh', of: 'solar', icon: 'var(--solar-text)', fill: OWN },
  part: { column: 'consumed_wh', of: 'load', icon: 'var(--home)', fill: USED },
};
export const ENERGIES = Object.keys(ENERGY) as readonly Energy[];

/** Below this a power is written as 0 W. */
const STILL_W = 0.5;

export function signOf(w: number): Sign {
  if (Math.abs(w) < STILL_W) return 'still';
  return w > 0 ? 'plus' : 'minus';
}

/** What of a power flows; of what sleeps, nothing below zero does. */
export const flowing_w = (flow: Flow, w: number): number =>
  FLOW[flow].sleeps ? Math.max(0, w) : w;

/** Null also where an older server does not tell it. */
export const powerOf = (power: Partial<Power>, flow: Flow): number | null =>
  power[FLOW[flow].power] ?? null;
