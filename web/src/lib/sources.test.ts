import { describe, expect, it } from 'vitest';
import { meterBooks } from '../testing/answers';
import { foundersOf, metersOf, sourcesOf, type Source } from './sources';

const source = (name: string, role: Source['role'], from: string | null = null): Source => ({
  name,
  role,
  phases: ['a'],
  from,
});
const mains = meterBooks();
const battery = meterBooks({
  name: 'battery',
  role: 'battery',
  sources: [source('battery', 'battery', '2027-03-01')],
});
const pump = meterBooks({ name: 'pump', role: 'load', sources: [source('pump', 'load')] });
const shared = meterBooks({
  name: 'box',
  role: 'load',
  sources: [source('car', 'load'), source('roof', 'solar')],
});
const all = [mains, battery, pump, shared];

it('a meter of an older server has one source, itself', () => {
  expect(sourcesOf(mains)).toEqual([{ name: 'mains', role: 'grid', phases: [], from: null }]);
  expect(sourcesOf(pump)).toEqual([source('pump', 'load')]);
});

describe('what is shown', () => {
  const names = (only?: Parameters<typeof metersOf>[1]['only']) =>
    metersOf(all, only ? { only } : {})?.map(({ name }) => name);

  it('is of the meters of the balance, or of what alone is asked for', () => {
    expect(names()).toEqual(['mains', 'battery', 'box']);
    expect(names('home')).toEqual(['mains', 'battery', 'box']);
    expect(names('battery')).toEqual(['battery']);
    expect(names('solar')).toEqual(['box']);
    expect(names('load/car')).toEqual(['box']);
    expect(names('load/pump')).toEqual(['pump']);
    expect(metersOf(undefined, {})).toBeUndefined();
  });
});

it('the books begin with what was there from the first day', () => {
  expect(foundersOf(all).map(({ name }) => name)).toEqual(['mains', 'box']);
  expect(foundersOf([battery, pump])).toEqual([battery, pump]);
});
