/**
 * What a running month will come to, as a band: what is known, and the rest by the same weekdays of the last four
 * weeks. Weather is not known, so the band widens with the days that are left; how wide was measured on other months.
 */
import { dayOfWeek } from '../time';

/** A day that is over, and what its energy came to. */
export interface DayCost {
  date: string;
  cost: number;
}

export interface Band {
  low: number;
  high: number;
}

const WEEKS = 4;
const FEWEST_DAYS = 7;
/** A cold or a dear spell lasts: days are alike as if so many were one. */
const SPELL_DAYS = 5;
/** Of a normal distribution, so that eight months of ten lie inside. */
const WIDTH = 1.28;
/** The next weeks are never quite like the last ones. */
const DRIFT = 0.12;

/**
 * `known` is what the month came to so far, fees of the whole month included; `past` are days that are over, in
 * order; `ahead` the dates of those that are left, the running one first with the share of it that is left.
 */
export function bandOf(
  known: number,
  past: readonly DayCost[],
  ahead: readonly string[],
  leftOfToday: number,
): Band | null {
  const days = past.slice(-7 * WEEKS);
  if (days.length < FEWEST_DAYS) return null;
  const mean = meanOf(days);
  const spread = Math.sqrt(
    days.reduce((sum, { cost }) => sum + (cost - mean) ** 2, 0) / (days.length - 1),
  );
  const shares = ahead.map((_, i) => (i === 0 ? leftOfToday : 1));
  const left = shares.reduce((sum, share) => sum + share, 0);
  const rest = ahead.reduce(
    (sum, date, i) => sum + (shares[i] ?? 1) * expected(date, days, mean),
    0,
  );
  const half = WIDTH * spread * Math.sqrt(left * SPELL_DAYS) + DRIFT * Math.abs(rest);
  return { low: known + rest - half, high: known + rest + half };
}

function expected(date: string, days: readonly DayCost[], mean: number): number {
  const same = days.filter((day) => dayOfWeek(day.date) === dayOfWeek(date));
  return same.length ? meanOf(same) : mean;
}

const meanOf = (days: readonly DayCost[]): number =>
  days.reduce((sum, { cost }) => sum + cost, 0) / days.length;
