/** What the page says in words about what flows, and about what is not live. */
import { age, clock } from './format';
import type { MeterPower, Power } from './wire';

/** Below this a flow is noise: it is written as 0 W. */
const STILL_W = 0.5;

export type Flow = 'import' | 'export' | 'still';

export function gridFlow(grid_w: number | null): Flow {
  if (grid_w === null || Math.abs(grid_w) < STILL_W) return 'still';
  return grid_w > 0 ? 'import' : 'export';
}

export function gridWord(grid_w: number | null): string {
  if (grid_w === null) return 'not known';
  return { import: '↙ buying', export: '↗ selling', still: 'no flow' }[gridFlow(grid_w)];
}

export function solarWord(solar_w: number | null): string {
  if (solar_w === null) return 'not known';
  return solar_w >= STILL_W ? '→ producing' : 'not producing';
}

/** One sentence for each meter that is not live. */
export function meterWords(meters: readonly MeterPower[]): string[] {
  return meters.flatMap(({ name, state, age_s }) => {
    if (state === 'live') return [];
    const word = state === 'stale' ? 'is silent' : 'is offline';
    return age_s === null
      ? [`Meter ${name} ${word}: no value yet.`]
      : [`Meter ${name} ${word}: last value ${age(age_s)} ago.`];
  });
}

export function serverGoneWords(last: Power | null): string {
  const silence = 'The server does not answer';
  return last === null ? `${silence}.` : `${silence}: values from ${clock(last.at)}.`;
}

export function hasRole(power: Power | null, role: string): boolean {
  return power === null || power.meters.some((meter) => meter.role === role);
}
