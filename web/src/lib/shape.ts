/** What a home with these meters shows: which curve leads, which rows sum it up, what its bars are made of. */
import type { Beside, Column, Energy, Flow, Part } from './kinds';
import { ENERGY, FLOWS } from './kinds';
import type { Totals } from './wire';

/** What the home has meters for: with one alone, nothing is known of the home itself. */
export interface Roles {
  grid: boolean;
  solar: boolean;
  /** Of all that is known the home alone is shown: what it used, and from where. */
  homeOnly?: boolean;
}

/** One energy with the parts that make it. */
export interface RowShape {
  kind: Exclude<Energy, 'own'>;
  parts: readonly Part[];
  /** Which share is told beside it. */
  share?: keyof Totals & ('self_sufficiency_pct' | 'self_consumption_pct');
  /** Of nothing there is no row. */
  unlessNone?: boolean;
}

export interface Shape {
  /** Whose meters it needs. */
  of: readonly Beside[];
  /** Whose curve leads, and whose number is far larger than the others. */
  lead: Flow;
  /** Whose lines are drawn and peaks told. */
  lines: readonly Flow[];
  rows: readonly RowShape[];
  /** What the bars are made of: from zero up, and from zero down. */
  up: readonly Part[];
  down: readonly Part[];
  /** What a finger reads of a day. */
  reading: readonly (Flow | Part)[];
  /** The columns of the table. */
  table: readonly Exclude<Energy, 'own'>[];
  /** Where the plant is alone, all that it gives is its own. */
  own: Column;
}

const OWN = ENERGY.own.column;
const USED: RowShape = { kind: 'used', parts: ['own', 'bought'], share: 'self_sufficiency_pct' };
const PRODUCED: RowShape = {
  kind: 'produced',
  parts: ['own', 'sold'],
  share: 'self_consumption_pct',
};

const SHAPES: Readonly<Record<'all' | Flow, Shape>> = {
  all: {
    of: ['grid', 'solar'],
    lead: 'home',
    lines: ['home', 'solar'],
    rows: [USED, PRODUCED],
    up: ['own', 'bought'],
    down: ['sold'],
    reading: ['home', 'solar', 'grid'],
    table: ['used', 'produced', 'bought', 'sold'],
    own: OWN,
  },
  home: {
    of: ['grid', 'solar'],
    lead: 'home',
    lines: ['home'],
    rows: [USED],
    up: ['own', 'bought'],
    down: [],
    reading: ['home', 'own', 'bought'],
    table: ['used', 'bought'],
    own: OWN,
  },
  solar: {
    of: ['solar'],
    lead: 'solar',
    lines: ['solar'],
    rows: [{ kind: 'produced', parts: ['own'] }],
    up: ['own'],
    down: [],
    reading: ['solar'],
    table: ['produced'],
    own: ENERGY.produced.column,
  },
  grid: {
    of: ['grid'],
    lead: 'grid',
    lines: ['grid'],
    rows: [
      { kind: 'bought', parts: ['bought'] },
      { kind: 'sold', parts: ['sold'], unlessNone: true },
    ],
    up: ['bought'],
    down: ['sold'],
    reading: ['bought', 'sold'],
    table: ['bought', 'sold'],
    own: OWN,
  },
};

export function shapeOf({ grid, solar, homeOnly }: Roles): Shape {
  if (grid && solar) return SHAPES[homeOnly ? 'home' : 'all'];
  return SHAPES[solar ? 'solar' : 'grid'];
}

/** Which roles the home has meters for; both until the server has said. */
export function rolesOf(meters: readonly { role: string }[] | undefined): Roles {
  const has = (role: Beside): boolean => !meters || meters.some((meter) => meter.role === role);
  return { grid: has('grid'), solar: has('solar') };
}

/** What can be read by itself: those that a home with these meters has, where there is more than one to choose from. */
export const flowsOf = ({ grid, solar }: Roles): readonly Flow[] => (grid && solar ? FLOWS : []);

/** What is shown of it all when one flow alone is asked for. */
export function rolesOfFlow(flow: Flow | null, roles: Roles): Roles {
  if (flow === null || !flowsOf(roles).includes(flow)) return roles;
  if (flow === 'home') return { ...roles, homeOnly: true };
  return { grid: flow === 'grid', solar: flow === 'solar' };
}
