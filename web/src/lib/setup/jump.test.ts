import { describe, expect, it } from 'vitest';
import { Watched, type Jump } from './jump';

type Round = (number | null)[];

function jumpOf(rounds: Round[]): Jump | null {
  const watched = new Watched();
  for (const round of rounds) {
    watched.see(new Map(round.map((power_w, at) => [`M${String(at)}`, power_w])));
  }
  return watched.jump;
}

const FOUND: [string, Round[], Jump][] = [
  [
    'rises at the mains',
    [
      [300, 1200],
      [2250, 1210],
    ],
    { mac: 'M0', by_w: 1950 },
  ],
  [
    'is bought while the sun was sold',
    [
      [-900, 1200],
      [1050, 1180],
    ],
    { mac: 'M0', by_w: 1950 },
  ],
  [
    'falls where clamps are turned',
    [
      [300, 0],
      [-1700, 0],
    ],
    { mac: 'M0', by_w: -2000 },
  ],
  [
    'is seen from the first power on',
    [
      [null, 0],
      [300, 0],
      [2300, 0],
    ],
    { mac: 'M0', by_w: 2000 },
  ],
  [
    'is off again',
    [
      [300, 0],
      [2300, 0],
      [310, 0],
    ],
    { mac: 'M0', by_w: 2000 },
  ],
  [
    'is seen by the second meter',
    [
      [-400, 300],
      [-400, 1900],
    ],
    { mac: 'M1', by_w: 1600 },
  ],
  ['is seen by the only one', [[300], [1900]], { mac: 'M0', by_w: 1600 }],
];

const NONE: [string, Round[]][] = [
  [
    'nothing moved',
    [
      [300, 1200],
      [310, 1190],
    ],
  ],
  [
    'it is too small',
    [
      [300, 1200],
      [1000, 1200],
    ],
  ],
  [
    'two moved alike',
    [
      [300, 0],
      [2300, 1500],
    ],
  ],
  ['nothing is known', [[null, null]]],
  ['nobody looked', []],
];

describe('the kettle', () => {
  it.each(FOUND)('%s', (_, rounds, jump) => {
    expect(jumpOf(rounds)).toEqual(jump);
  });

  it.each(NONE)('is not told where %s', (_, rounds) => {
    expect(jumpOf(rounds)).toBeNull();
  });
});
