import type { Role } from '../kinds';

/** What forms say of a source and of netting: those that set a home up, and those that change it. */
export const sourcesEn = {
  roles: {
    grid: 'the mains: bought and sold',
    solar: 'solar panels',
    battery: 'a battery',
    load: 'a part of the home',
  } as Record<Role, string>,
  /** What a source is called where nobody says otherwise. */
  names: { grid: 'Mains', solar: 'Solar', battery: 'Battery', load: 'Part of the home' } as Record<
    Role,
    string
  >,
  /** Of those that give to the home: when. */
  sign: {
    solar: 'While the sun shines its power is',
    battery: 'While the battery gives its power is',
  } as Partial<Record<Role, string>>,
  signs: { positive: 'above zero', negative: 'below zero' },
  nettings: {
    quarter: 'within each quarter-hour',
    hour: 'within each hour',
    minute: 'within each minute',
    phase: 'not at all: each phase by itself',
  },
};

export type SourceWords = typeof sourcesEn;
