import { describe, expect, it } from 'vitest';
import { eachEnergy } from '../energies';
import { shapeOf, type Roles } from '../shape';
import { layersOf } from './layers';
import type { PowerSlot } from './picture';

const slot = (changes: Partial<PowerSlot>): PowerSlot => ({
  ...eachEnergy(() => null),
  from: 0,
  to: 1,
  start: '',
  ...changes,
});
const heights = (roles: Roles, changes: Partial<PowerSlot>) =>
  layersOf(shapeOf(roles)).map(({ part, low, high }) => [
    part,
    low(slot(changes)),
    high(slot(changes)),
  ]);
const BATTERY = { grid: true, solar: true, battery: true };

describe('the areas of a day', () => {
  it('of mains and a plant lie between the two lines', () => {
    const night = { used: 2, produced: 0.5, own: 0.5, bought: 1.5, sold: 0 };
    expect(heights({ grid: true, solar: true }, night)).toEqual([
      ['own', 0, 0.5],
      ['bought', 0.5, 2],
      ['sold', 2, 0.5],
    ]);
    expect(heights({ grid: true, solar: true }, { produced: 1 })).toEqual([
      ['own', 0, null],
      ['bought', 0, null],
      ['sold', 0, null],
    ]);
  });

  it('with a battery fill the home from below, and stand on it with what goes elsewhere', () => {
    const noon = { used: 1, produced: 5, own: 1, discharged: 0, bought: 0, charged: 3, sold: 1 };
    expect(heights(BATTERY, noon)).toEqual([
      ['own', 0, 1],
      ['discharged', 1, 1],
      ['bought', 1, 1],
      ['charged', 1, 4],
      ['sold', 4, 5],
    ]);
    const evening = { used: 3, own: 0.5, discharged: 2, bought: 0.5, charged: 0, sold: 0 };
    expect(heights(BATTERY, evening).slice(0, 3)).toEqual([
      ['own', 0, 0.5],
      ['discharged', 0.5, 2.5],
      ['bought', 2.5, 3],
    ]);
  });

  it('of what the battery sells show none inside the home', () => {
    const selling = { used: 1, own: 0, discharged: 4, bought: 0, charged: 0, sold: 3 };
    expect(heights(BATTERY, selling)[1]).toEqual(['discharged', 0, 1]);
    expect(heights(BATTERY, selling)[4]).toEqual(['sold', 1, 4]);
  });

  it('of what is not known are not drawn', () => {
    const silent = { used: 2, own: 1, bought: 1, charged: null, sold: null };
    expect(heights(BATTERY, silent).map(([, , high]) => high)).toEqual([1, null, 2, null, null]);
    expect(heights(BATTERY, { charged: 2 })[3]).toEqual(['charged', 0, null]);
  });

  it('of one alone stand around zero', () => {
    const flows = { discharged: 2, charged: 0.5 };
    expect(heights({ ...BATTERY, only: 'battery' }, flows)).toEqual([
      ['discharged', 0, 2],
      ['charged', -0.5, 0],
    ]);
    expect(heights({ ...BATTERY, only: 'battery' }, {})[1]).toEqual(['charged', -0, null]);
  });
});
