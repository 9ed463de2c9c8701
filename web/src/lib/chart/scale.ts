/** Round lines for a scale, and where it ends. */
import { ticks, tickStep } from 'd3-array';
import { fixed, type NumberStyle } from '../format';

const LINES = 4;
/** What rises less than this share of a step over a line needs no further line, only room. */
const MOST_EMPTY = 0.5;
const HEADROOM = 0.12;
const LEAST = 0.01;

export interface Scale {
  top: number;
  /** The end below zero, as a positive number. */
  bottom: number;
  lines: number[];
}

/** Round lines from zero to a top that includes everything; of nothing zero alone. */
export function linesUpTo(highest: number): number[] {
  if (highest <= 0) return [0];
  const lines = ticks(0, highest, LINES);
  const step = (lines[1] ?? highest) - (lines[0] ?? 0);
  const last = lines[lines.length - 1] ?? 0;
  return last < highest ? [...lines, round(last + step)] : lines;
}

const round = (value: number): number => Number(value.toFixed(6));

/** Without anything to measure by. */
const NOTHING: Scale = { top: 1, bottom: 0, lines: [0] };

/** Above zero alone. */
export function scaleUpTo(highest: number): Scale {
  const lines = linesUpTo(highest);
  return { ...NOTHING, top: lines[lines.length - 1] || NOTHING.top, lines };
}

/** One step for both sides of zero; a side ends on a line, or a little above its highest bar. */
export function scaleOf(up: number, down: number): Scale {
  if (up + down <= LEAST) return NOTHING;
  const step = tickStep(0, up + down, LINES);
  const above = endOf(up, step);
  const below = down > 0 ? endOf(down, step) : 0;
  const lines = [];
  for (let i = -Math.floor(below); i <= above; i += 1) lines.push(round(i * step));
  return { top: round(above * step), bottom: round(below * step), lines };
}

/** In steps: the next line, unless most of the way to it would be empty. */
function endOf(value: number, step: number): number {
  const steps = round(value / step);
  const whole = Math.floor(steps);
  if (whole === 0 || steps - whole > MOST_EMPTY) return Math.max(1, Math.ceil(steps));
  return steps === whole ? whole : steps + HEADROOM;
}

const MOST_DECIMALS = 3;

/** A number beside its line, with as many decimals as the step between two lines needs. */
export function axisText(value: number, lines: readonly number[], style: NumberStyle): string {
  if (value === 0) return '0';
  const step = Number(Math.abs((lines[1] ?? 1) - (lines[0] ?? 0)).toPrecision(3));
  const decimals = Math.max(0, -Math.floor(Math.log10(step)));
  return fixed(value, Math.min(MOST_DECIMALS, decimals), style);
}
