import { sourcesEn } from './sources.en';

/** The words of the home's settings, fetched with that page alone. */
export const homeEn = {
  title: 'The home',
  back: 'Settings',
  asking: 'Asking the server …',
  gone: 'The server does not answer just now.',
  again: 'Try again',
  denied:
    'This phone looks on. One that owns can let it change the settings, under paired devices.',
  nowhere: 'This server has no settings file: it is a demo.',
  fixed: 'Said by the server’s environment or by a file of its own; it can be changed there only.',

  name: 'Name of your home',
  zone: 'Time zone',
  fuse: 'Main fuse of each phase, A',
  netting: 'Bought and sold are set off',
  nettings: sourcesEn.nettings,

  meters: 'Meters',
  meter: (name: string) => name || 'New meter',
  meterName: 'Its name',
  measures: 'It measures',
  roles: sourcesEn.roles,
  sign: sourcesEn.sign,
  signs: sourcesEn.signs,
  phases: 'Its phases',
  phase: (phase: string) => `Phase ${phase}`,
  address: 'Its address',
  from: 'Counts from (empty: from its first minute)',
  password: 'Its password (empty: as it is)',
  remove: 'Remove this meter',
  keep: 'Keep this meter',
  removed: 'removed',
  add: 'Add a meter',

  mongodb: 'Online copy',
  mongodbNone: 'There is none.',
  mongodbAt: (database: string) => `In MongoDB, database “${database}”.`,
  mongodbUri: 'Connection string (empty: as it is)',
  mongodbEnd: 'Post nothing any more',
  mongodbKeep: 'Go on posting',
  secrets: 'Passwords and the connection string are changed over HTTPS only.',

  proceed: 'What does it do?',
  nothing: 'Nothing is changed yet.',
  refused: 'That can’t be. The server says:',
  stale: 'Another device changed the settings meanwhile. They were read again; look them over.',
  review: 'What it does',
  noLoss: 'No minute is ever lost by it; it can be changed back.',
  effects: {
    none: () => 'A name or a size: nothing of what was measured is shown otherwise.',
    netted_anew: () => 'Bought and sold are set off anew, in all years.',
    days_move: () => 'Days, weeks and months begin at another moment, in all years.',
    counted_anew: (meter: string) => `What ${meter} measured counts otherwise, in all years.`,
    reached_elsewhere: (meter: string) =>
      `${meter} is asked at another address or with another password.`,
    added: (meter: string) => `${meter}: what it remembers is fetched, and counts.`,
    not_answering: (meter: string) =>
      `${meter}: no meter answers at that address just now. Is it right?`,
    locked: (meter: string) => `${meter}: the meter there has a password, and this is not it.`,
    removed: (meter: string) => `${meter}: its minutes are kept, and count no more.`,
    posted_anew: () => 'All that is booked is posted to the other MongoDB.',
    not_posted: () => 'Nothing is posted to MongoDB any more.',
  },
  save: 'Save',
  notYet: 'Not yet',
  saving: 'The server goes by it in a moment …',
  saved: 'Saved.',
};

export type HomeWords = typeof homeEn;
