/**
 * What a chart draws, in units and not in pixels: the one interface between an answer and its drawing.
 *
 * Powers in kW, energies in the picture's own unit, instants in ms since the epoch.
 */

import type { EnergyUnit } from '../format';
import { KIND, type Kind } from '../kinds';
import type { Whs } from '../energies';
import type { Shape } from '../shape';

/** Of each energy a mean power over [from, to); null where unknown. */
export interface PowerSlot extends Whs {
  from: number;
  to: number;
  /** RFC 3339, for words. */
  start: string;
}

export interface Hole {
  from: number;
  to: number;
}

/** Nothing is booked there: missing, or still in a meter's memory and being fetched. */
export interface Gap extends Hole {
  isFetched: boolean;
}

export interface Tick {
  at: number;
  label: string;
  /** Where there is no room for the label. */
  short?: string;
}

export interface PowerPicture {
  kind: 'power';
  /** The whole day. */
  from: number;
  to: number;
  /** What of it is shown. */
  view: Hole;
  slots: readonly PowerSlot[];
  /** The same of the period before it. */
  before: readonly { from: number; to: number; kw: number | null }[];
  holes: readonly Gap[];
  hours: readonly Tick[];
  /** kW at the top of the scale, and at its foot as a positive number. */
  top: number;
  bottom: number;
  lines: readonly number[];
  now: number | null;
  shape: Shape;
}

export interface BarSlot extends Whs {
  /** RFC 3339; null for a bucket that has not begun. */
  start: string | null;
  state: 'whole' | 'partly' | 'unknown' | 'before' | 'future';
  /** What it lacks is in a meter's memory and being fetched. */
  isFetched: boolean;
  running: boolean;
}

export interface BarPicture {
  kind: 'bars';
  slots: readonly BarSlot[];
  /** At slot numbers. */
  names: readonly Tick[];
  unit: EnergyUnit;
  top: number;
  /** The end of the scale below zero, as a positive number. */
  bottom: number;
  lines: readonly number[];
  shape: Shape;
}

export type Picture = PowerPicture | BarPicture;

export const touchesAny = (spans: readonly Hole[], from: number, to: number): boolean =>
  spans.some((span) => span.from < to && span.to > from);

/** The curve of a kind; of one with two directions what it gives, since what it takes has its own. */
export const curveOf = (slot: Whs, kind: Kind): number | null => slot[KIND[kind].gives];

/** What a curve is of: the home, or where that is not known, what the one meter measures. */
export const leadOf = (slot: Whs, { lead, lines }: Shape): number | null =>
  lines.reduce<number | null>((found, kind) => found ?? curveOf(slot, kind), curveOf(slot, lead));
