/** The one place where W becomes kW and Wh becomes kWh: at most 4 significant digits, "–" for unknown. */

export const UNKNOWN = '–';
const MINUS = '\u2212';

export interface Quantity {
  /** The number as text, or "–". */
  value: string;
  /** Empty when the value is unknown. */
  unit: string;
}

export type EnergyUnit = 'Wh' | 'kWh' | 'MWh';

export interface NumberStyle {
  /** The language whose decimal mark is used. */
  locale: string;
  /** `kilo`: never W or Wh, never MWh. */
  units?: 'auto' | 'kilo';
  /** Write "+" before what is above zero. */
  signed?: boolean;
}

interface Scale {
  unit: string;
  factor: number;
  /** Decimals of a value below 100 in this unit. */
  decimals: number;
}

const W: Scale = { unit: 'W', factor: 1, decimals: 0 };
const KW: Scale = { unit: 'kW', factor: 1e3, decimals: 2 };
const WH: Scale = { unit: 'Wh', factor: 1, decimals: 0 };
const KWH: Scale = { unit: 'kWh', factor: 1e3, decimals: 2 };
const MWH: Scale = { unit: 'MWh', factor: 1e6, decimals: 3 };

export function power(w: number | null, style: NumberStyle): Quantity {
  return quantity(w, style.units === 'kilo' ? [KW] : [W, KW], style);
}

export function energy(wh: number | null, style: NumberStyle): Quantity {
  return quantity(wh, style.units === 'kilo' ? [KWH] : [WH, KWH, MWH], style);
}

/**
 * Several energies in one unit, so that they add up before the eyes: that of the largest, but kWh as long as
 * four digits hold it, for the sake of the small ones beside it.
 */
export function energiesAlike(whs: readonly (number | null)[], style: NumberStyle): Quantity[] {
  const scale = scaleOf(whs, style);
  return whs.map((wh) => quantity(wh, [scale], style));
}

/**
 * The columns of a table, all in one unit, so that they add up also to an ear: the smallest in which four digits hold
 * the largest of them.
 */
export function energyTable(
  columns: readonly (readonly (number | null)[])[],
  style: NumberStyle,
): Quantity[][] {
  const largest_wh = Math.max(0, ...columns.flat().map((wh) => Math.abs(wh ?? 0)));
  const isSmall = style.units !== 'kilo' && largest_wh < 9_999.5;
  const scale = isSmall ? WH : scaleOf([largest_wh], style);
  return columns.map((whs) => whs.map((wh) => quantity(wh, [scale], style)));
}

/** Its unit. */
export const unitOf = (whs: readonly (number | null)[], style: NumberStyle): EnergyUnit =>
  scaleOf(whs, style).unit as EnergyUnit;

function scaleOf(whs: readonly (number | null)[], { units }: NumberStyle): Scale {
  const largest_wh = Math.max(0, ...whs.map((wh) => Math.abs(wh ?? 0)));
  if (units === 'kilo') return KWH;
  if (largest_wh >= 9_999_500) return MWH;
  return largest_wh >= 999.5 ? KWH : WH;
}

/** In the unit of a value that it is compared with. */
export function energyIn(wh: number | null, unit: string, style: NumberStyle): Quantity {
  const scale = [WH, KWH, MWH].find((each) => each.unit === unit);
  return scale ? quantity(wh, [scale], style) : energy(wh, style);
}

/** In one unit whatever its size, for a table column that never changes it: W, to four digits. */
export function powerIn(unit: 'W' | 'kW', w: number | null, style: NumberStyle): string {
  if (unit === 'kW') return quantity(w, [KW], style).value;
  const size = Math.abs(w ?? 0) < 9_999.5 ? 1 : 10;
  return fixed(w === null ? null : Math.round(w / size) * size, 0, style);
}

/** A plain number with fixed decimals. */
export function fixed(value: number | null, decimals: number, style: NumberStyle): string {
  return value === null ? UNKNOWN : text(value, decimals, style);
}

export function percent(pct: number | null, { locale }: NumberStyle, decimals = 0): string {
  if (pct === null) return UNKNOWN;
  return `${text(pct, decimals, { locale })}${locale === 'fi' ? '\u00a0' : ''}%`;
}

/** A share of the books that is not whole is never written as 100%, and one that is not nothing never as 0%. */
export function coverage(pct: number, style: NumberStyle): string {
  if (pct > 0 && pct < 100) return percent(Math.min(99, Math.max(1, Math.round(pct))), style);
  return percent(pct, style);
}

/** "8 s", "3 min", "2 h", "5 d", never nothing; "–" when there never was a value. */
export function age(seconds: number | null): string {
  if (seconds === null) return UNKNOWN;
  if (seconds < 60) return `${String(Math.max(1, Math.floor(seconds)))}\u00a0s`;
  if (seconds < 3600) return `${String(Math.floor(seconds / 60))}\u00a0min`;
  if (seconds < 172_800) return `${String(Math.floor(seconds / 3600))}\u00a0h`;
  return `${String(Math.floor(seconds / 86_400))}\u00a0d`;
}

/** A length of time in minutes as "45 min", "3 h 20 min", "2 d 4 h". */
export function span(minutes: number): string {
  if (minutes < 60) return `${String(minutes)}\u00a0min`;
  if (minutes < 2880) return pair(minutes, 60, 'h', 'min');
  return pair(Math.round(minutes / 60), 24, 'd', 'h');
}

function pair(count: number, base: number, large: string, small: string): string {
  const rest = count % base;
  const whole = `${String(Math.floor(count / base))}\u00a0${large}`;
  return rest ? `${whole} ${String(rest)}\u00a0${small}` : whole;
}

function quantity(base: number | null, scales: readonly Scale[], style: NumberStyle): Quantity {
  if (base === null) return { value: UNKNOWN, unit: '' };
  for (const scale of scales.slice(0, -1)) {
    const decimals = decimalsOf(base, scale);
    // Decided on the rounded value, so that 999.6 W is 1.00 kW and not 1000 W.
    if (rounded(Math.abs(base) / scale.factor, decimals) < 1000) {
      return { value: text(base / scale.factor, decimals, style), unit: scale.unit };
    }
  }
  const largest = scales[scales.length - 1] as Scale;
  const decimals = decimalsOf(base, largest);
  return { value: text(base / largest.factor, decimals, style), unit: largest.unit };
}

/** As many decimals as the scale has, fewer where that would be more than 4 significant digits. */
function decimalsOf(base: number, { factor, decimals }: Scale): number {
  for (let fewer = decimals; fewer > 0; fewer -= 1) {
    if (rounded(Math.abs(base) / factor, fewer) < 10 ** (4 - fewer)) return fewer;
  }
  return 0;
}

/**
 * By hand: the first Intl.NumberFormat of a page takes a phone longer than all else that it does before the first
 * value shows, and of the languages here only the decimal mark is needed.
 */
function text(value: number, decimals: number, { locale, signed = false }: NumberStyle): string {
  const digits = rounded(Math.abs(value), decimals)
    .toFixed(decimals)
    .replace('.', locale === 'fi' ? ',' : '.');
  if (!/[1-9]/.test(digits)) return digits;
  return value < 0 ? MINUS + digits : signed ? `+${digits}` : digits;
}

/** Halves go up as they are written in decimals: 1.005 is 1.01, though as a binary number it is a little less. */
function rounded(size: number, decimals: number): number {
  if (size < 1e-6) return 0;
  return Math.round(Number(`${String(size)}e${String(decimals)}`)) / 10 ** decimals;
}
