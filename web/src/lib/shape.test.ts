import { describe, expect, it } from 'vitest';
import { ENERGY, FLOW, flowing_w, powerOf, signOf } from './kinds';
import {
  choicesOf,
  flowsOf,
  hasOwnSource,
  presentIn,
  rolesOf,
  rolesOfAsked,
  shapeOf,
  type Roles,
} from './shape';
import type { Power, Totals } from './wire';

const BOTH = { grid: true, solar: true };

it('a home with both meters has three to choose from, others none', () => {
  expect(flowsOf(BOTH)).toEqual(['home', 'solar', 'grid']);
  expect(flowsOf({ grid: true, solar: false })).toEqual([]);
  expect(flowsOf({ grid: false, solar: true })).toEqual([]);
});

it('one alone is shown as a home that has nothing else', () => {
  expect(rolesOfAsked(null, BOTH)).toBe(BOTH);
  for (const only of ['home', 'solar', 'grid'] as const) {
    expect(rolesOfAsked(only, BOTH)).toEqual({ ...BOTH, only });
  }
  const grid = { grid: true };
  expect(rolesOfAsked('solar', grid)).toBe(grid);
  expect(rolesOfAsked('load/car', grid)).toBe(grid);
  const more = { ...BOTH, loads: ['car'] };
  expect(rolesOfAsked('load/car', more)).toEqual({ ...more, only: 'load/car' });
});

describe('the shape of a home', () => {
  const told = (roles: Roles) => {
    const { lead, rows, up, down, table } = shapeOf(roles);
    return [lead, rows.map(({ kind }) => kind), up, down, table];
  };
  it.each([
    [
      BOTH,
      [
        'home',
        ['used', 'produced'],
        ['own', 'bought'],
        ['sold'],
        ['used', 'produced', 'bought', 'sold'],
      ],
    ],
    [
      { ...BOTH, only: 'home' as const },
      ['home', ['used'], ['own', 'bought'], [], ['used', 'bought']],
    ],
    [
      { grid: true, solar: false },
      ['grid', ['bought', 'sold'], ['bought'], ['sold'], ['bought', 'sold']],
    ],
    [{ grid: false, solar: true }, ['solar', ['produced'], ['produced'], [], ['produced']]],
  ])('with %j', (roles, shape) => {
    expect(told(roles)).toEqual(shape);
  });
});

describe('the roles of a home', () => {
  it('are those of its meters; both until the server has said', () => {
    expect(rolesOf(undefined)).toEqual(BOTH);
    expect(rolesOf([{ role: 'grid' }])).toEqual({ grid: true });
    expect(rolesOf([{ role: 'solar' }])).toEqual({ solar: true });
    expect(rolesOf([{ role: 'solar' }, { role: 'grid' }])).toEqual(BOTH);
    expect(rolesOf([])).toEqual({});
  });
});

describe('a source of its own', () => {
  it.each([
    [{ grid: true }, false],
    [{ grid: true, loads: ['car'] }, false],
    [{ grid: true, solar: true }, true],
    [{ grid: true, battery: true }, true],
  ])('of a home with %o: %s', (roles, has) => {
    expect(hasOwnSource(roles)).toBe(has);
  });
});

describe('a power', () => {
  it('is above zero, below it, or written as zero', () => {
    expect([0.5, 0.49, 0, -0.49, -0.5].map(signOf)).toEqual([
      'plus',
      'still',
      'still',
      'still',
      'minus',
    ]);
  });

  it('of a plant that draws is no flow; of a grid that takes, it is', () => {
    expect([flowing_w('solar', -3), flowing_w('solar', 3), flowing_w('grid', -3)]).toEqual([
      0, 3, -3,
    ]);
  });

  it('has a column of its own for each flow', () => {
    const power = { home_w: 1, solar_w: 2, grid_w: null } as Power;
    expect((['home', 'solar', 'grid'] as const).map((flow) => powerOf(power, flow))).toEqual([
      1,
      2,
      null,
    ]);
  });

  it('has the colours that users know, by its direction, in words of enough contrast', () => {
    const colours = (flow: keyof typeof FLOW) =>
      (['plus', 'minus', 'still'] as const).map((sign) => [
        FLOW[flow].ink[sign],
        FLOW[flow].text[sign],
      ]);
    expect(colours('grid')).toEqual([
      ['var(--import)', 'var(--import-text)'],
      ['var(--export)', 'var(--export-text)'],
      ['var(--import)', 'var(--ink-2)'],
    ]);
    expect(colours('solar')).toEqual([
      ['var(--solar-edge)', 'var(--solar-text)'],
      ['var(--solar-edge)', 'var(--ink-2)'],
      ['var(--solar-edge)', 'var(--ink-2)'],
    ]);
    expect([ENERGY.own, ENERGY.bought, ENERGY.sold].map(({ fill }) => fill.edge)).toEqual([
      'var(--solar-edge)',
      'var(--import)',
      'var(--export)',
    ]);
  });
});

describe('a home that measures more', () => {
  const MORE: Roles = { grid: true, solar: true, battery: true, loads: ['car'] };

  it('has its battery above and below the line, in rows of its own and in the table', () => {
    const { lead, lines, rows, up, down, reading, table, stores } = shapeOf(MORE);
    expect([lead, lines]).toEqual(['home', ['home', 'solar']]);
    expect(rows.map(({ kind, parts, share }) => [kind, parts, share])).toEqual([
      ['used', ['own', 'discharged', 'bought'], 'self_sufficiency_pct'],
      ['produced', ['own', 'charged', 'sold'], 'self_consumption_pct'],
      ['discharged', ['discharged'], undefined],
      ['charged', ['charged'], undefined],
    ]);
    expect([up, down]).toEqual([
      ['own', 'discharged', 'bought'],
      ['charged', 'sold'],
    ]);
    expect(reading).toEqual(['home', 'solar', 'battery', 'grid']);
    expect(table).toEqual(['used', 'produced', 'bought', 'sold', 'discharged', 'charged']);
    expect(stores).toEqual(['battery']);
  });

  it('is known with mains and a battery alone; without mains nothing is known of it', () => {
    expect(shapeOf({ grid: true, battery: true })).toMatchObject({
      lead: 'home',
      up: ['discharged', 'bought'],
    });
    const off = { solar: true, battery: true };
    expect(shapeOf(off).lead).toBe('solar');
    expect(flowsOf(off)).toEqual(['solar', 'battery']);
    expect(shapeOf({ battery: true }).lead).toBe('battery');
    expect(shapeOf({}).lead).toBe('grid');
  });

  it('has each of them to choose from, and a part beside all', () => {
    expect(choicesOf(null, MORE)).toEqual(['all', 'home', 'solar', 'battery', 'grid']);
    expect(choicesOf('battery', MORE)).toHaveLength(5);
    expect(choicesOf('load/car', MORE)).toEqual(['all', 'load/car']);
  });

  it('of one alone is that one', () => {
    expect(shapeOf({ ...MORE, only: 'battery' })).toMatchObject({
      lead: 'battery',
      up: ['discharged'],
      down: ['charged'],
      reading: ['discharged', 'charged'],
    });
    expect(shapeOf({ ...MORE, only: 'load/car' })).toMatchObject({ lead: 'load', name: 'car' });
    expect(shapeOf({ ...MORE, only: 'home' })).toMatchObject({
      up: ['own', 'discharged', 'bought'],
      down: [],
      table: ['used', 'discharged', 'bought'],
    });
  });

  it('has no battery in a period before it; an older answer does not tell', () => {
    const totals = { grid_coverage_pct: 100, solar_coverage_pct: 0, battery_coverage_pct: null };
    expect(presentIn(totals as Totals, MORE)).toEqual({ ...MORE, battery: false });
    expect(presentIn({} as Totals, MORE)).toBe(MORE);
  });

  it('is known by its sources', () => {
    const sources = [
      { name: 'mains', role: 'grid' },
      { name: 'box', role: 'battery' },
      { name: 'car', role: 'load' },
      { role: 'load' },
      { name: 'mill', role: 'wind' },
    ];
    expect(rolesOf(sources)).toEqual({ grid: true, battery: true, loads: ['car', ''] });
  });
});
