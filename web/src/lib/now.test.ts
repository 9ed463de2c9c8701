import { describe, expect, it } from 'vitest';
import { nearest, phaseBars } from './now';
import type { PhasePower } from './wire';

const FUSE_A = 25;
const phases = (...currents_a: (number | null)[]): PhasePower[] =>
  currents_a.map((current_a, i) => ({
    phase: (['a', 'b', 'c'] as const)[i] ?? 'a',
    active_power_w: 1,
    apparent_power_va: 1,
    voltage_v: 230,
    current_a,
    power_factor: 1,
    frequency_hz: 50,
  }));

describe('of the phases near the fuse', () => {
  it('the one that carries most is told', () => {
    const near = nearest(phaseBars(phases(20.5, 24, 21), FUSE_A));
    expect(near).toMatchObject({ name: 'L2', current_a: 24 });
  });

  it('none is told while each has room', () => {
    expect(nearest(phaseBars(phases(20, null, 3), FUSE_A))).toBeUndefined();
  });
});
