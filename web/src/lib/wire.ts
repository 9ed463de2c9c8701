/** What the server says, as far as this page reads it. Power in W, energy in Wh; unknown is null. */

export type MeterState = 'live' | 'stale' | 'offline';

export interface MeterPower {
  name: string;
  role: string;
  state: MeterState;
  /** Seconds since the meter's last value; null when there was none. */
  age_s: number | null;
}

export interface Power {
  /** RFC 3339 in the home's time zone: its text holds the home's wall clock. */
  at: string;
  /** > 0 imports, < 0 exports. */
  grid_w: number | null;
  /** > 0 produces. */
  solar_w: number | null;
  home_w: number | null;
  meters: MeterPower[];
}

export interface EnergyTotals {
  imported_wh: number | null;
  exported_wh: number | null;
  produced_wh: number | null;
  consumed_wh: number | null;
  self_consumption_pct: number | null;
  self_sufficiency_pct: number | null;
  coverage_pct: number | null;
}

export interface Energy {
  period: string | null;
  totals: EnergyTotals;
}

export interface MinuteBooked {
  booked_to: string;
}
