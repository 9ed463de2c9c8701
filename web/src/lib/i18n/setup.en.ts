import { sourcesEn } from './sources.en';
import { trustEn } from './trust.en';

/** The words of setting a home up, fetched with that page alone. */
export const setupEn = {
  trust: trustEn,
  title: 'Set up',
  step: (at: number, of: number) => `Step ${String(at)} of ${String(of)}`,
  back: 'Back',
  proceed: 'Continue',
  serverGone: 'The server does not answer. Trying again; what you answered is kept.',
  failed: 'That did not work. The server says:',

  code: {
    title: 'Set up your home',
    how: 'Enter the code that the installation showed. On the machine itself',
    howThen: 'shows it again.',
    ready: 'The code is filled in. This phone becomes the one that sets the home up.',
    label: 'Code',
    wrong: 'No such code, or not any more. Look at the machine again.',
    taken:
      'Another phone came with this code and sets the home up. Go on there; or let the machine show a new code, and this phone takes its place:',
    tooMany: (seconds: number) =>
      `Too many wrong codes came from here. Try again in ${String(seconds)}\u00a0s.`,
    foreignPage: 'Something on the way rewrites addresses. Reach the server by its own address.',
    gone: 'The server does not answer. Are this phone and the server in one network?',
  },

  meters: {
    title: 'Your meters',
    looking: 'Looking in your network …',
    none: 'None has announced itself. Its address stands in the Shelly app and in your router.',
    found: 'They are listed as they answer, with their power now.',
    again: 'Look again',
    address: 'Address of a meter',
    addressHint: '192.168.1.20',
    add: 'Add',
    adding: 'Asking …',
    notThere: (address: string) => `At ${address} is no meter that can be read.`,
    saysWhy: 'The server says why:',
    forget: (name: string) => `Forget ${name}`,
    forgetShort: 'Forget',
    at: (host: string) => `at ${host}`,
    locked: 'It has a password.',
    lockedHow:
      'Over plain HTTP everybody in the network could read it. Reach this page over HTTPS, or add this meter in a terminal of the machine:',
    password: (name: string) => `Password of ${name}`,
    unlock: 'Unlock',
    refused: 'The meter refuses this password.',
    power: (name: string) => `Power of ${name}`,
  },

  backup: {
    have: 'I have a backup',
    how: 'Of a machine that has died: a file such as books-nightly-20261129T020000Z.sqlite, from the stick or the folder of its backups. Its books and settings come back.',
    file: 'Backup file',
    sending: 'It is being sent and looked through …',
    title: 'Your backup',
    refused: 'That is no backup that can be used. The server says:',
    of: 'Home',
    meters: 'Meters',
    from: 'Booked from',
    to: 'to',
    nothing: 'No minute is in it.',
    missing:
      'Passwords of meters and the address of MongoDB are in no backup: enter them again later, in Settings.',
    booksOnly: 'Its books come back when you start; settings are not in it.',
    leave: 'Leave it out',
    start: 'Start',
  },

  trial: {
    title: 'Switch on the kettle: which one jumps?',
    why: 'The meter at the mains sees it, the one at the solar panels does not. An oven or an iron will do too.',
    watching: 'Watching …',
    jumped: (name: string, power: string) => `${name} jumped by ${power}: it is at the mains.`,
    fell: (name: string, power: string) =>
      `${name} fell by ${power}: it sees the home, and its clamps may be the wrong way round.`,
    rose: (power: string) => `jumped by ${power}`,
    sank: (power: string) => `fell by ${power}`,
    skip: 'Without a kettle, continue: what is proposed next is what the power shows.',
  },

  roles: {
    title: 'Is this right?',
    why: 'Proposed from what flows just now.',
    role: (name: string) => `What ${name} measures`,
    roleLabel: 'It measures',
    roles: { ...sourcesEn.roles, none: 'nothing: leave it out' },
    name: 'Its name',
    nameOf: (host: string) => `Name of the meter at ${host}`,
    names: sourcesEn.names,
    sign: sourcesEn.sign,
    signs: sourcesEn.signs,
    yes: 'Yes',
    nothing: 'One meter at least is needed.',
  },

  home: {
    title: 'Your home',
    preset: 'Home',
    name: 'Name of your home',
    zone: 'Time zone',
    fuse: 'Main fuse of each phase, A',
    netting: 'Bought and sold are set off',
    nettings: sourcesEn.nettings,
    nettingWhy: [
      'In a quarter-hour in which you buy on one phase and sell on another, the bill in Finland counts the difference only.',
      'Elsewhere your contract says which it is; it can be changed later, for all that was measured.',
    ],
    mongodb: 'MongoDB connection string, if you have one',
    mongodbLater:
      'An online copy in MongoDB can be added later: its connection string is a secret, and this page came over plain HTTP.',
    save: 'Save',
  },

  review: {
    title: 'This will be written',
    why: (path: string) => `Into ${path}, on the machine. Then the meters are read.`,
    https: 'With HTTPS.',
    httpsWhy:
      'The app can then be installed and opens without a network, and nobody in the network reads along. Each phone must be told once to trust your home, as shown here; it can be had later too.',
    httpsThen: (address: string) =>
      `From the start on the server is at ${address}. If the phone warns there, it does not trust the home yet.`,
    start: 'Start',
    starting: 'The meters are being read …',
    slow: 'It takes longer than it should. The server’s log says why:',
  },
};

export type SetupWords = typeof setupEn;
