import { describe, expect, it } from 'vitest';
import type { MeterPower, Power } from './wire';
import { gridWord, hasRole, meterWords, serverGoneWords, solarWord } from './words';

const meter = (changes: Partial<MeterPower>): MeterPower => ({
  name: 'mains',
  role: 'grid',
  state: 'live',
  age_s: 0.4,
  ...changes,
});
const power: Power = {
  at: '2026-11-22T13:45:12.310+02:00',
  grid_w: null,
  solar_w: null,
  home_w: null,
  meters: [meter({})],
};

describe('the direction of a flow', () => {
  it('is told in a word, the grid by its sign', () => {
    expect([gridWord(100), gridWord(-100), gridWord(0.2)]).toEqual([
      '↙ buying',
      '↗ selling',
      'no flow',
    ]);
    expect([solarWord(100), solarWord(-3)]).toEqual(['→ producing', 'not producing']);
  });

  it('of an unknown value is not guessed', () => {
    expect([gridWord(null), solarWord(null)]).toEqual(['not known', 'not known']);
  });
});

describe('a meter that is not live', () => {
  it('is named with the age of its last value', () => {
    const meters = [
      meter({}),
      meter({ name: 'roof', state: 'stale', age_s: 12 }),
      meter({ name: 'shed', state: 'offline', age_s: 200 }),
      meter({ name: 'barn', state: 'offline', age_s: null }),
    ];
    expect(meterWords(meters)).toEqual([
      'Meter roof is silent: last value 12\u00a0s ago.',
      'Meter shed is offline: last value 3\u00a0min ago.',
      'Meter barn is offline: no value yet.',
    ]);
  });
});

describe('a server that is gone', () => {
  it("is told with the home's time of the last values", () => {
    expect(serverGoneWords(power)).toBe('The server does not answer: values from 13:45.');
    expect(serverGoneWords(null)).toBe('The server does not answer.');
  });
});

describe('a role without a meter', () => {
  it('is absent only once the server has said so', () => {
    expect(hasRole(null, 'solar')).toBe(true);
    expect(hasRole(power, 'solar')).toBe(false);
    expect(hasRole(power, 'grid')).toBe(true);
  });
});
