import type { HomeWords } from './home.en';
import { sourcesFi } from './sources.fi';

export const homeFi: HomeWords = {
  title: 'Koti',
  back: 'Asetukset',
  asking: 'Kysytään palvelimelta …',
  gone: 'Palvelin ei juuri nyt vastaa.',
  again: 'Yritä uudelleen',
  denied:
    'Tämä puhelin vain katsoo. Omistajan laite voi antaa sen muuttaa asetuksia, paritetuissa laitteissa.',
  nowhere: 'Tällä palvelimella ei ole asetustiedostoa: se on esittely.',
  fixed: 'Sen määrää palvelimen ympäristö tai oma tiedostonsa; sitä voi muuttaa vain siellä.',

  name: 'Kodin nimi',
  zone: 'Aikavyöhyke',
  fuse: 'Pääsulake vaihetta kohti, A',
  netting: 'Osto ja myynti netotetaan',
  nettings: sourcesFi.nettings,

  meters: 'Mittarit',
  meter: (name: string) => name || 'Uusi mittari',
  meterName: 'Sen nimi',
  measures: 'Se mittaa',
  roles: sourcesFi.roles,
  sign: sourcesFi.sign,
  signs: sourcesFi.signs,
  phases: 'Sen vaiheet',
  phase: (phase: string) => `Vaihe ${phase}`,
  address: 'Sen osoite',
  from: 'Lasketaan mukaan alkaen (tyhjä: ensimmäisestä minuutista)',
  password: 'Sen salasana (tyhjä: ennallaan)',
  remove: 'Poista tämä mittari',
  keep: 'Pidä tämä mittari',
  removed: 'poistetaan',
  add: 'Lisää mittari',

  mongodb: 'Kopio verkossa',
  mongodbNone: 'Sitä ei ole.',
  mongodbAt: (database: string) => `MongoDB:ssä, tietokannassa ”${database}”.`,
  mongodbUri: 'Yhteysosoite (tyhjä: ennallaan)',
  mongodbEnd: 'Älä lähetä enää mitään',
  mongodbKeep: 'Jatka lähettämistä',
  secrets: 'Salasanat ja yhteysosoite muutetaan vain HTTPS:n kautta.',

  proceed: 'Mitä se tekee?',
  nothing: 'Mitään ei ole vielä muutettu.',
  refused: 'Niin ei voi tehdä. Palvelin sanoo:',
  stale: 'Toinen laite muutti asetuksia sillä välin. Ne luettiin uudelleen; katso ne läpi.',
  review: 'Mitä se tekee',
  noLoss: 'Yhtäkään minuuttia ei katoa, ja sen voi muuttaa takaisin.',
  effects: {
    none: () => 'Nimi tai koko: mikään mitattu ei näy toisin.',
    netted_anew: () => 'Osto ja myynti netotetaan uudelleen, kaikilta vuosilta.',
    days_move: () => 'Päivät, viikot ja kuukaudet alkavat toisesta hetkestä, kaikilta vuosilta.',
    counted_anew: (meter: string) =>
      `Mittarin ${meter} lukemat lasketaan toisin, kaikilta vuosilta.`,
    reached_elsewhere: (meter: string) =>
      `Mittaria ${meter} kysytään toisesta osoitteesta tai toisella salasanalla.`,
    added: (meter: string) => `${meter}: mitä se muistaa, haetaan ja lasketaan mukaan.`,
    not_answering: (meter: string) =>
      `${meter}: siinä osoitteessa ei juuri nyt vastaa mikään mittari. Onko se oikein?`,
    locked: (meter: string) => `${meter}: mittarilla on salasana, eikä se ole tämä.`,
    removed: (meter: string) => `${meter}: sen minuutit säilyvät, mutta niitä ei lasketa mukaan.`,
    posted_anew: () => 'Kaikki kirjattu lähetetään toiseen MongoDB:hen.',
    not_posted: () => 'MongoDB:hen ei lähetetä enää mitään.',
  },
  save: 'Tallenna',
  notYet: 'Ei vielä',
  saving: 'Palvelin ottaa sen käyttöön hetken kuluttua …',
  saved: 'Tallennettu.',
};
