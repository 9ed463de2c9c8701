/**
 * What a home with these meters shows: which curve leads, which rows sum it up, what its bars are made of. It is made
 * from the rows of `kinds.ts`, by their places in the balance.
 */
import {
  BESIDES,
  FLOWS,
  KIND,
  type Beside,
  type Flow,
  type Kind,
  type Part,
  type Place,
  type Told,
} from './kinds';
import type { Totals } from './wire';

/** What alone is asked for: a flow, or a part of the home by its name. */
export type Asked = Flow | `load/${string}`;

/** What the home has meters for: without mains, or with them alone, nothing is known of the home itself. */
export interface Roles extends Partial<Record<Beside, boolean>> {
  /** Parts of the home, by their names. */
  loads?: readonly string[];
  /** Of all that is known this alone is shown. */
  only?: Asked;
}

/** One energy with the parts that make it. */
export interface RowShape {
  kind: Told;
  parts: readonly Part[];
  /** Which share is told beside it. */
  share?: keyof Totals & ('self_sufficiency_pct' | 'self_consumption_pct');
  /** Of nothing there is no row. */
  unlessNone?: boolean;
}

export interface Shape {
  /** Whose curve leads, and whose number is far larger than the others. */
  lead: Kind;
  /** The name of the part of the home that leads. */
  name?: string;
  /** Whose meters it needs. */
  of: readonly Kind[];
  /** Whose lines are drawn and peaks told. */
  lines: readonly Kind[];
  rows: readonly RowShape[];
  /** What the bars are made of: from zero up, and from zero down. */
  up: readonly Part[];
  down: readonly Part[];
  /** What a finger reads of a day. */
  reading: readonly (Kind | Part)[];
  /** The columns of the table. */
  table: readonly Told[];
  /** What is stored is no use of the home: then what goes up is more than that. */
  stores: readonly Kind[];
}

const givenBy = (kinds: readonly Kind[]): Told[] => kinds.map((kind) => KIND[kind].gives);
const takenBy = (kinds: readonly Kind[]): (Told & Part)[] =>
  kinds.map((kind) => KIND[kind].takes).filter((energy) => energy !== null);
/** What a home used is no part of anything. */
const parts = (energies: readonly Told[]): Part[] => energies.filter((energy) => energy !== 'used');

/** Those that it has meters for, in the order in which they are told. */
export const measuredBy = (roles: Roles): Beside[] =>
  BESIDES.filter((kind) => roles[kind] === true);

/** Nothing is known of the home without mains; with them alone it is they that are told of. */
const isHomeKnown = (measured: readonly Beside[]): boolean =>
  measured.length > 1 && measured.some((kind) => KIND[kind].place === 'mains');

function ofHome(measured: readonly Beside[]): Shape {
  const at = (place: Place): Beside[] => measured.filter((kind) => KIND[kind].place === place);
  const plants = at('plant');
  const stores = at('store');
  const mains = at('mains');
  const own: Part[] = plants.length ? ['own'] : [];
  const up = [...own, ...parts(givenBy([...stores, ...mains]))];
  const down = takenBy([...stores, ...mains]);
  const kept: Partial<RowShape> =
    plants.length === 1 ? { parts: [...own, ...down], share: 'self_consumption_pct' } : {};
  return {
    of: measured,
    lead: 'home',
    lines: ['home', ...plants],
    rows: [
      { kind: 'used', parts: up, share: 'self_sufficiency_pct' },
      ...givenBy(plants).map((kind) => ({ kind, parts: parts([kind]), ...kept })),
      ...[...givenBy(stores), ...takenBy(stores)].map((kind) => ({ kind, parts: parts([kind]) })),
    ],
    up,
    down,
    reading: ['home', ...plants, ...stores, ...mains],
    table: [
      'used',
      ...givenBy([...plants, ...mains]),
      ...takenBy(mains),
      ...givenBy(stores),
      ...takenBy(stores),
    ],
    stores,
  };
}

/** Of all that is known of it what it used, and from where. */
function ofHomeAlone(measured: readonly Beside[]): Shape {
  const { up, rows, ...all } = ofHome(measured);
  return {
    ...all,
    lines: ['home'],
    rows: rows.slice(0, 1),
    up,
    down: [],
    reading: ['home', ...up],
    table: ['used', ...up.filter((part) => part !== 'own')],
  };
}

function ofOne(kind: Kind): Shape {
  const { gives, takes } = KIND[kind];
  const both = takes === null ? [gives] : [gives, takes];
  return {
    of: [kind],
    lead: kind,
    lines: [kind],
    rows: both.map((energy, i) => ({ kind: energy, parts: parts([energy]), unlessNone: i > 0 })),
    up: parts([gives]),
    down: parts(both.slice(1)),
    reading: takes === null ? [kind] : parts(both),
    table: both,
    stores: [],
  };
}

const LOAD = 'load/';

/** The name of the part of the home that alone is asked for. */
export const loadOf = (only: Asked | null | undefined): string | null =>
  only?.startsWith(LOAD) ? only.slice(LOAD.length) : null;

export const askedOfLoad = (name: string): Asked => `${LOAD}${name}`;

const made = new WeakMap<Roles, Shape>();

export function shapeOf(roles: Roles): Shape {
  const known = made.get(roles);
  if (known) return known;
  const shape = shaped(roles);
  made.set(roles, shape);
  return shape;
}

function shaped(roles: Roles): Shape {
  const measured = measuredBy(roles);
  const { only } = roles;
  const name = loadOf(only);
  if (name !== null) return { ...ofOne('load'), name };
  if (only && only !== 'home') return ofOne(only as Flow);
  if (isHomeKnown(measured)) return only ? ofHomeAlone(measured) : ofHome(measured);
  return ofOne(measured[0] ?? 'grid');
}

/** Which roles the home has sources for; mains and a plant until the server has said. */
export function rolesOf(sources: readonly { role: string; name?: string }[] | undefined): Roles {
  if (!sources) return { grid: true, solar: true };
  const has = FLOWS.filter((flow) => sources.some(({ role }) => role === flow));
  const loads = sources.filter(({ role }) => role === 'load').map(({ name = '' }) => name);
  return {
    ...Object.fromEntries(has.map((flow) => [flow, true])),
    ...(loads.length ? { loads } : {}),
  };
}

/** Whether it has a source of its own: with mains alone nothing says what of its use was not bought. */
export const hasOwnSource = (roles: Roles): boolean =>
  measuredBy(roles).some((kind) => KIND[kind].place !== 'mains');

/** What can be read by itself: those that a home with these meters has, where there is more than one to choose from. */
export function flowsOf(roles: Roles): readonly Flow[] {
  const measured = measuredBy(roles);
  if (isHomeKnown(measured)) return ['home', ...measured];
  return measured.length > 1 ? measured : [];
}

/** What there is to choose from: all, and each flow; of a part of the home all, and itself. */
export function choicesOf(asked: Asked | null, roles: Roles): readonly (Asked | 'all')[] {
  return asked !== null && loadOf(asked) !== null ? ['all', asked] : ['all', ...flowsOf(roles)];
}

/** Without what was not there yet in a period: it is absent, not unknown. An older answer does not tell. */
export function presentIn(totals: Totals, roles: Roles): Roles {
  const absent = measuredBy(roles).filter((kind) => totals[KIND[kind].coverage] === null);
  return absent.length
    ? { ...roles, ...Object.fromEntries(absent.map((kind) => [kind, false])) }
    : roles;
}

/** What is shown of it all when one flow or one part of the home alone is asked for. */
export function rolesOfAsked(only: Asked | null, roles: Roles): Roles {
  if (only === null) return roles;
  const name = loadOf(only);
  const has =
    name === null ? flowsOf(roles).some((flow) => flow === only) : roles.loads?.includes(name);
  return has ? { ...roles, only } : roles;
}
