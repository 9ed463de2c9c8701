import type { Beside, Flow, Kind, Part, Role, Told } from '../kinds';
import type { DirectionWords, EnergyWords } from './kindwords';

/** What the app says in English of each kind that has a row in `kinds.ts`; a further one is told here, and for forms in `sources.en.ts`. */
export const kindsEn = {
  names: {
    home: 'Home',
    solar: 'Solar',
    battery: 'Battery',
    grid: 'Grid',
  } as Record<Flow, string>,
  /** What flows beside the home does: above zero, below it, at it; what it did when it was last known. */
  directions: {
    solar: {
      plus: 'producing',
      minus: 'asleep',
      still: 'asleep',
      was: { plus: 'was producing', minus: '', still: '' },
      hero: { plus: 'Solar: producing', minus: 'Solar: asleep', still: 'Solar: asleep' },
      heroAt: (clock: string) => `Solar, at ${clock}`,
      only: 'Only solar is measured here; what the home uses is not known.',
    },
    grid: {
      plus: 'buying',
      minus: 'selling',
      still: 'no flow',
      was: { plus: 'was buying', minus: 'was selling', still: 'had no flow' },
      hero: { plus: 'Grid: buying', minus: 'Grid: selling', still: 'Grid: no flow' },
      heroAt: (clock: string) => `Grid, at ${clock}`,
      only: 'Only the grid is measured here: what the home takes from it, or gives.',
    },
    battery: {
      plus: 'discharging',
      minus: 'charging',
      still: 'at rest',
      was: { plus: 'was discharging', minus: 'was charging', still: 'was at rest' },
      hero: {
        plus: 'Battery: discharging',
        minus: 'Battery: charging',
        still: 'Battery: at rest',
      },
      heroAt: (clock: string) => `Battery, at ${clock}`,
      only: 'Only a battery is measured here; what the home uses is not known.',
    },
  } as Record<Beside, DirectionWords>,

  /** The energies of a span: as a row, a record, an average, in a sentence. */
  energies: {
    used: {
      title: 'Used',
      share: 'self-sufficiency',
      most: 'Most used',
      average: { day: 'Used a day', month: 'Used a month', year: 'Used a year' },
      summary: (energy: string) => `used ${energy}`,
    },
    produced: {
      title: 'Produced',
      share: 'own use',
      parts: { own: 'used at home' },
      most: 'Most produced',
      average: { day: 'Produced a day', month: 'Produced a month', year: 'Produced a year' },
      summary: (energy: string) => `produced ${energy}`,
    },
    bought: {
      title: 'Bought',
      most: 'Most bought',
      average: { day: 'Bought a day', month: 'Bought a month', year: 'Bought a year' },
      summary: (energy: string) => `bought ${energy}`,
    },
    sold: {
      title: 'Sold',
      most: 'Most sold',
      summary: (energy: string) => `sold ${energy}`,
    },
    discharged: {
      title: 'Discharged',
      most: 'Most discharged',
      summary: (energy: string) => `discharged ${energy}`,
    },
    charged: {
      title: 'Charged',
      most: 'Most charged',
      summary: (energy: string) => `charged ${energy}`,
    },
    part: {
      title: 'Used',
      most: 'Most used',
      average: { day: 'Used a day', month: 'Used a month', year: 'Used a year' },
      summary: (energy: string) => `used ${energy}`,
    },
  } as Record<Told, EnergyWords>,
  /** Of bars and areas. */
  parts: {
    own: 'own solar',
    produced: 'solar',
    discharged: 'from battery',
    bought: 'bought',
    charged: 'charged',
    sold: 'sold',
    part: 'part of the home',
  } as Record<Part, string>,
  /** Of the curve of each kind. */
  lines: {
    home: 'home',
    solar: 'solar',
    battery: 'from battery',
    grid: 'bought',
    load: 'part of the home',
  } as Record<Kind, string>,
  /** Of its greatest power. */
  peaks: {
    home: 'Home’s peak',
    solar: 'Solar’s peak',
    battery: 'Most discharged at once',
    grid: 'Most bought at once',
    load: 'Its peak',
  } as Record<Kind, string>,
  /** What a meter measures. */
  measured: {
    grid: 'grid',
    solar: 'solar',
    battery: 'battery',
    load: 'part of the home',
  } as Record<Role, string>,
  /** What came from each of its sources, and what went into it. */
  audited: {
    grid: (date, bought, sold) => `Since ${date}: bought ${bought}, sold ${sold}`,
    solar: (date, produced, drawn) => `Since ${date}: produced ${produced}, drew ${drawn}`,
    battery: (date, given, taken) => `Since ${date}: discharged ${given}, charged ${taken}`,
    load: (date, used, given) => `Since ${date}: used ${used}, gave ${given}`,
  } as Record<Role, (date: string, given: string, taken: string) => string>,
};

export type KindWords = typeof kindsEn;
