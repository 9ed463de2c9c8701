import type { KindWords } from './kinds.en';

/** What the app says in Finnish of each kind. */
export const kindsFi: KindWords = {
  names: {
    home: 'Koti',
    solar: 'Aurinko',
    battery: 'Akku',
    grid: 'Verkko',
  },
  directions: {
    solar: {
      plus: 'tuottaa',
      minus: 'levossa',
      still: 'levossa',
      was: { plus: 'tuotti', minus: '', still: '' },
      hero: { plus: 'Aurinko: tuottaa', minus: 'Aurinko: levossa', still: 'Aurinko: levossa' },
      heroAt: (clock) => `Aurinko, ${clock}`,
      only: 'Täällä mitataan vain aurinkoa; kodin kulutus ei ole tiedossa.',
    },
    grid: {
      plus: 'ostetaan',
      minus: 'myydään',
      still: 'ei virtaa',
      was: { plus: 'ostettiin', minus: 'myytiin', still: 'ei virrannut' },
      hero: { plus: 'Verkko: ostetaan', minus: 'Verkko: myydään', still: 'Verkko: ei virtaa' },
      heroAt: (clock) => `Verkko, ${clock}`,
      only: 'Täällä mitataan vain verkkoa: mitä koti siitä ottaa tai siihen antaa.',
    },
    battery: {
      plus: 'purkautuu',
      minus: 'latautuu',
      still: 'levossa',
      was: { plus: 'purkautui', minus: 'latautui', still: 'oli levossa' },
      hero: { plus: 'Akku: purkautuu', minus: 'Akku: latautuu', still: 'Akku: levossa' },
      heroAt: (clock) => `Akku, ${clock}`,
      only: 'Täällä mitataan vain akkua; kodin kulutus ei ole tiedossa.',
    },
  },

  energies: {
    used: {
      title: 'Kulutus',
      share: 'omavaraisuus',
      most: 'Suurin kulutus',
      average: {
        day: 'Kulutus päivässä',
        month: 'Kulutus kuukaudessa',
        year: 'Kulutus vuodessa',
      },
      summary: (energy) => `kulutus ${energy}`,
    },
    produced: {
      title: 'Tuotanto',
      share: 'omakäyttö',
      parts: { own: 'itse käytetty' },
      most: 'Suurin tuotanto',
      average: {
        day: 'Tuotanto päivässä',
        month: 'Tuotanto kuukaudessa',
        year: 'Tuotanto vuodessa',
      },
      summary: (energy) => `tuotanto ${energy}`,
    },
    bought: {
      title: 'Ostettu',
      most: 'Ostettu eniten',
      average: {
        day: 'Ostettu päivässä',
        month: 'Ostettu kuukaudessa',
        year: 'Ostettu vuodessa',
      },
      summary: (energy) => `ostettu ${energy}`,
    },
    sold: {
      title: 'Myyty',
      most: 'Myyty eniten',
      summary: (energy) => `myyty ${energy}`,
    },
    discharged: {
      title: 'Purettu',
      most: 'Purettu eniten',
      summary: (energy) => `purettu akusta ${energy}`,
    },
    charged: {
      title: 'Ladattu',
      most: 'Ladattu eniten',
      summary: (energy) => `ladattu akkuun ${energy}`,
    },
    part: {
      title: 'Kulutus',
      most: 'Suurin kulutus',
      average: {
        day: 'Kulutus päivässä',
        month: 'Kulutus kuukaudessa',
        year: 'Kulutus vuodessa',
      },
      summary: (energy) => `kulutus ${energy}`,
    },
  },
  parts: {
    own: 'omaa aurinkoa',
    produced: 'aurinko',
    discharged: 'akusta',
    bought: 'ostettu',
    charged: 'ladattu',
    sold: 'myyty',
    part: 'osa kotia',
  },
  lines: {
    home: 'koti',
    solar: 'aurinko',
    battery: 'akusta',
    grid: 'ostettu',
    load: 'osa kotia',
  },
  peaks: {
    home: 'Kodin huippu',
    solar: 'Auringon huippu',
    battery: 'Purun huippu',
    grid: 'Oston huippu',
    load: 'Huippu',
  },
  measured: { grid: 'verkko', solar: 'aurinko', battery: 'akku', load: 'osa kotia' },
  audited: {
    grid: (date, bought, sold) => `${date} alkaen: ostettu ${bought}, myyty ${sold}`,
    solar: (date, produced, drawn) => `${date} alkaen: tuotettu ${produced}, otettu ${drawn}`,
    battery: (date, given, taken) => `${date} alkaen: purettu ${given}, ladattu ${taken}`,
    load: (date, used, given) => `${date} alkaen: käytetty ${used}, annettu ${given}`,
  },
};
