import { expect, it } from 'vitest';
import { flowsOf, rolesOfFlow } from './flows';

const BOTH = { grid: true, solar: true };

it('a home with both meters has three to choose from, others none', () => {
  expect(flowsOf(BOTH)).toEqual(['home', 'solar', 'grid']);
  expect(flowsOf({ grid: true, solar: false })).toEqual([]);
  expect(flowsOf({ grid: false, solar: true })).toEqual([]);
});

it('one alone is shown as a home that has nothing else', () => {
  expect(rolesOfFlow(null, BOTH)).toBe(BOTH);
  expect(rolesOfFlow('home', BOTH)).toEqual({ ...BOTH, homeOnly: true });
  expect(rolesOfFlow('solar', BOTH)).toEqual({ grid: false, solar: true });
  expect(rolesOfFlow('grid', BOTH)).toEqual({ grid: true, solar: false });
  const grid = { grid: true, solar: false };
  expect(rolesOfFlow('solar', grid)).toBe(grid);
});
