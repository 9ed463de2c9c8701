import type { SourceWords } from './sources.en';

/** What forms say of a source and of netting. */
export const sourcesFi: SourceWords = {
  roles: {
    grid: 'liittymää: ostoa ja myyntiä',
    solar: 'aurinkopaneeleja',
    battery: 'akkua',
    load: 'osaa kodista',
  },
  names: { grid: 'Liittymä', solar: 'Aurinko', battery: 'Akku', load: 'Kodin osa' },
  sign: {
    solar: 'Auringon paistaessa sen teho on',
    battery: 'Akun antaessa sen teho on',
  },
  signs: { positive: 'nollan yläpuolella', negative: 'nollan alapuolella' },
  nettings: {
    quarter: 'vartin sisällä',
    hour: 'tunnin sisällä',
    minute: 'minuutin sisällä',
    phase: 'ei lainkaan: jokainen vaihe erikseen',
  },
};
