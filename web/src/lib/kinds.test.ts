import { describe, expect, it } from 'vitest';
import { ENERGY, FLOW, FLOWS, KIND, flowing_w, signOf } from './kinds';

describe('what flows', () => {
  it('wears its own colour, by the way it flows', () => {
    expect(FLOWS.map((flow) => FLOW[flow].ink.plus)).toEqual([
      'var(--home)',
      'var(--solar-edge)',
      'var(--battery)',
      'var(--import)',
    ]);
    expect(FLOWS.map((flow) => FLOW[flow].ink.minus)).toEqual([
      'var(--home)',
      'var(--solar-edge)',
      'var(--battery)',
      'var(--export)',
    ]);
    expect(FLOWS.map((flow) => FLOW[flow].text)).toEqual([
      { plus: 'var(--home-text)', minus: 'var(--home-text)', still: 'var(--home-text)' },
      { plus: 'var(--solar-text)', minus: 'var(--ink-2)', still: 'var(--ink-2)' },
      { plus: 'var(--battery-text)', minus: 'var(--battery-text)', still: 'var(--ink-2)' },
      { plus: 'var(--import-text)', minus: 'var(--export-text)', still: 'var(--ink-2)' },
    ]);
    expect(KIND.load.ink.plus).toBe('var(--home)');
  });

  it('is still below half a watt; a plant that draws sleeps', () => {
    expect([0.5, 0.4, -0.4, -0.5].map(signOf)).toEqual(['plus', 'still', 'still', 'minus']);
    expect([flowing_w('solar', -3), flowing_w('grid', -3)]).toEqual([0, -3]);
  });
});

describe('what is drawn of an energy', () => {
  it('is bounded by the colour of where it comes from, or goes', () => {
    const fills = Object.entries(ENERGY).map(([energy, { fill }]) => [energy, fill.ink, fill.edge]);
    expect(fills).toEqual([
      ['own', 'var(--area-own)', 'var(--solar-edge)'],
      ['discharged', 'var(--area-discharged)', 'var(--battery)'],
      ['bought', 'var(--area-import)', 'var(--import)'],
      ['charged', 'var(--area-charged)', 'var(--battery)'],
      ['sold', 'var(--area-export)', 'var(--export)'],
      ['used', 'var(--area-home)', 'var(--home)'],
      ['produced', 'var(--area-own)', 'var(--solar-edge)'],
      ['part', 'var(--area-home)', 'var(--home)'],
    ]);
  });
});
