/**
 * The areas of a day, each between two heights of every slot. Under the line of the home stands where its power came
 * from, above it where the rest went: the space between the two is the grid and what is stored. What has no line of
 * the home to stand on stands around zero.
 */
import { KIND, type Part } from '../kinds';
import type { Shape } from '../shape';
import type { PowerSlot } from './picture';

export interface Layer {
  part: Part;
  low: (slot: PowerSlot) => number;
  /** Null where it is not known. */
  high: (slot: PowerSlot) => number | null;
}

const zero = (): number => 0;
const inHome = (slot: PowerSlot): number => Math.max(0, slot.used ?? 0);

export const layersOf = (shape: Shape): Layer[] =>
  shape.lead === 'home' ? [...underHome(shape), ...aboveHome(shape)] : aroundZero(shape);

/** From zero up; the last one up to the line itself. */
function underHome({ up }: Shape): Layer[] {
  let low = zero as Layer['low'];
  return up.map((part, i) => {
    const foot = low;
    const isLast = i === up.length - 1;
    const high = (slot: PowerSlot): number | null => {
      const kw = slot[part];
      if (isLast) return slot.used;
      return kw === null ? null : Math.min(foot(slot) + kw, Math.max(foot(slot), inHome(slot)));
    };
    low = (slot) => high(slot) ?? foot(slot);
    return { part, low: foot, high };
  });
}

function aboveHome({ down, lines, stores }: Shape): Layer[] {
  // Without a store it ends at the line of the plants, to the last minute that one of the two has more.
  const [, plant, ...more] = lines;
  if (!stores.length && plant && !more.length) {
    const line = (slot: PowerSlot): number | null =>
      slot.used === null ? null : slot[KIND[plant].gives];
    return down.map((part) => ({ part, low: inHome, high: line }));
  }
  let low = inHome;
  return down.map((part) => {
    const foot = low;
    const high = (slot: PowerSlot): number | null => {
      const kw = slot[part];
      return kw === null || slot.used === null ? null : foot(slot) + kw;
    };
    low = (slot) => high(slot) ?? foot(slot);
    return { part, low: foot, high };
  });
}

function aroundZero({ up, down }: Shape): Layer[] {
  const below = (part: Part) => (slot: PowerSlot) => -(slot[part] ?? 0);
  return [
    ...up.map((part) => ({ part, low: zero, high: (slot: PowerSlot) => slot[part] })),
    ...down.map((part) => ({
      part,
      low: below(part),
      high: (slot: PowerSlot) => (slot[part] === null ? null : 0),
    })),
  ];
}
