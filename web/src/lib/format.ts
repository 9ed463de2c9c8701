/** The one place where W becomes kW and Wh becomes kWh: at most 4 significant digits, "–" for unknown. */

export const UNKNOWN = '–';

export interface Quantity {
  /** The number as text, or "–". */
  value: string;
  /** Empty when the value is unknown. */
  unit: string;
}

export interface NumberStyle {
  locale: string;
  /** Write "+" before what is above zero. */
  signed?: boolean;
}

interface Scale {
  unit: string;
  factor: number;
  /** Decimals of a value below 100 in this unit. */
  decimals: number;
}

const POWER: readonly Scale[] = [
  { unit: 'W', factor: 1, decimals: 0 },
  { unit: 'kW', factor: 1e3, decimals: 2 },
];
const ENERGY: readonly Scale[] = [
  { unit: 'Wh', factor: 1, decimals: 0 },
  { unit: 'kWh', factor: 1e3, decimals: 2 },
  { unit: 'MWh', factor: 1e6, decimals: 3 },
];

export function power(w: number | null, style: NumberStyle): Quantity {
  return quantity(w, POWER, style);
}

export function energy(wh: number | null, style: NumberStyle): Quantity {
  return quantity(wh, ENERGY, style);
}

export function percent(pct: number | null, { locale }: NumberStyle): string {
  if (pct === null) return UNKNOWN;
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }).format(
    pct / 100,
  );
}

/** "8 s", "3 min", "2 h", never broken over two lines; "–" when there never was a value. */
export function age(seconds: number | null): string {
  if (seconds === null) return UNKNOWN;
  if (seconds < 60) return `${String(Math.floor(seconds))}\u00a0s`;
  if (seconds < 3600) return `${String(Math.floor(seconds / 60))}\u00a0min`;
  return `${String(Math.floor(seconds / 3600))}\u00a0h`;
}

/** The wall clock of the home, "13:45", as the server wrote it: no calendar arithmetic here. */
export function clock(at: string): string {
  return at.slice(11, 16);
}

function quantity(base: number | null, scales: readonly Scale[], style: NumberStyle): Quantity {
  if (base === null) return { value: UNKNOWN, unit: '' };
  for (const scale of scales.slice(0, -1)) {
    const decimals = decimalsOf(base, scale);
    // Decided on the rounded value, so that 999.6 W is 1.00 kW and not 1000 W.
    if (Number((Math.abs(base) / scale.factor).toFixed(decimals)) < 1000) {
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
    if (Number((Math.abs(base) / factor).toFixed(fewer)) < 10 ** (4 - fewer)) return fewer;
  }
  return 0;
}

function text(value: number, decimals: number, { locale, signed = false }: NumberStyle): string {
  return new Intl.NumberFormat(locale, {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
    useGrouping: false,
    signDisplay: signed ? 'exceptZero' : 'negative',
  })
    .format(value)
    .replace('-', '\u2212');
}
