import type { SetupWords } from './setup.en';
import { sourcesFi } from './sources.fi';
import { trustFi } from './trust.fi';

/** Suomeksi. */
export const setupFi: SetupWords = {
  trust: trustFi,
  title: 'Käyttöönotto',
  step: (at: number, of: number) => `Vaihe ${String(at)}/${String(of)}`,
  back: 'Takaisin',
  proceed: 'Jatka',
  serverGone: 'Palvelin ei vastaa. Yritetään uudelleen; vastauksesi ovat tallessa.',
  failed: 'Se ei onnistunut. Palvelin sanoo:',

  code: {
    title: 'Ota kotisi käyttöön',
    how: 'Anna koodi, jonka asennus näytti. Laitteella itsellään',
    howThen: 'näyttää sen uudelleen.',
    ready: 'Koodi on täytetty. Tällä puhelimella koti otetaan käyttöön.',
    label: 'Koodi',
    wrong: 'Koodi ei kelpaa tai ei enää kelpaa. Katso laitteelta uudelleen.',
    taken:
      'Toinen puhelin tuli tällä koodilla ja ottaa kodin käyttöön. Jatka sillä, tai anna laitteen näyttää uusi koodi, jolla tämä puhelin jatkaa sen sijaan:',
    tooMany: (seconds: number) =>
      `Täältä tuli liian monta väärää koodia. Yritä uudelleen ${String(seconds)}\u00a0s kuluttua.`,
    foreignPage: 'Jokin matkalla muuttaa osoitteita. Avaa palvelin sen omalla osoitteella.',
    gone: 'Palvelin ei vastaa. Ovatko puhelin ja palvelin samassa verkossa?',
  },

  meters: {
    title: 'Mittarisi',
    looking: 'Etsitään verkostasi …',
    none: 'Yksikään ei ilmoittautunut. Osoite näkyy Shelly-sovelluksessa ja reitittimessäsi.',
    found: 'Mittarit tulevat luetteloon vastatessaan, teho nyt niiden vieressä.',
    again: 'Etsi uudelleen',
    address: 'Mittarin osoite',
    addressHint: '192.168.1.20',
    add: 'Lisää',
    adding: 'Kysytään …',
    notThere: (address: string) => `Osoitteessa ${address} ei ole luettavaa mittaria.`,
    saysWhy: 'Palvelin kertoo syyn:',
    forget: (name: string) => `Unohda ${name}`,
    forgetShort: 'Unohda',
    at: (host: string) => `osoitteessa ${host}`,
    locked: 'Sillä on salasana.',
    lockedHow:
      'Suojaamattomassa yhteydessä kuka tahansa verkossa voisi lukea sen. Avaa tämä sivu HTTPS-yhteydellä, tai lisää mittari laitteen päätteessä:',
    password: (name: string) => `Salasana: ${name}`,
    unlock: 'Avaa',
    refused: 'Mittari ei hyväksy salasanaa.',
    power: (name: string) => `Teho: ${name}`,
  },

  backup: {
    have: 'Minulla on varmuuskopio',
    how: 'Rikkoutuneen laitteen: tiedosto kuten books-nightly-20261129T020000Z.sqlite, muistitikulta tai sen varmuuskopioiden kansiosta. Kirjaukset ja asetukset palaavat.',
    file: 'Varmuuskopion tiedosto',
    sending: 'Sitä lähetetään ja tarkistetaan …',
    title: 'Varmuuskopiosi',
    refused: 'Sitä ei voi käyttää varmuuskopiona. Palvelin sanoo:',
    of: 'Koti',
    meters: 'Mittarit',
    from: 'Kirjattu alkaen',
    to: 'asti',
    nothing: 'Siinä ei ole yhtään minuuttia.',
    missing:
      'Mittarien salasanat ja MongoDB:n osoite eivät ole varmuuskopiossa: anna ne myöhemmin uudelleen asetuksissa.',
    booksOnly: 'Sen kirjaukset palaavat, kun aloitat; asetuksia siinä ei ole.',
    leave: 'Jätä pois',
    start: 'Aloita',
  },

  trial: {
    title: 'Kytke vedenkeitin päälle: mikä hyppää?',
    why: 'Sähköliittymän mittari näkee sen, aurinkopaneelien mittari ei. Uuni tai silitysrautakin kelpaa.',
    watching: 'Seurataan …',
    jumped: (name: string, power: string) => `${name} hyppäsi ${power}: se on sähköliittymässä.`,
    fell: (name: string, power: string) =>
      `${name} putosi ${power}: se näkee kodin, mutta sen virtamuuntajat voivat olla väärin päin.`,
    rose: (power: string) => `hyppäsi ${power}`,
    sank: (power: string) => `putosi ${power}`,
    skip: 'Ilman vedenkeitintä jatka: seuraavaksi ehdotetaan sitä, mitä tehot kertovat.',
  },

  roles: {
    title: 'Onko näin oikein?',
    why: 'Ehdotettu sen mukaan, mitä juuri nyt virtaa.',
    role: (name: string) => `Mitä ${name} mittaa`,
    roleLabel: 'Se mittaa',
    roles: { ...sourcesFi.roles, none: 'ei mitään: jätä pois' },
    name: 'Nimi',
    nameOf: (host: string) => `Osoitteen ${host} mittarin nimi`,
    names: sourcesFi.names,
    sign: sourcesFi.sign,
    signs: sourcesFi.signs,
    yes: 'Kyllä',
    nothing: 'Ainakin yksi mittari tarvitaan.',
  },

  home: {
    title: 'Kotisi',
    preset: 'Koti',
    name: 'Kodin nimi',
    zone: 'Aikavyöhyke',
    fuse: 'Pääsulake vaihetta kohti, A',
    netting: 'Osto ja myynti netotetaan',
    nettings: sourcesFi.nettings,
    nettingWhy: [
      'Kun vartin aikana ostat yhdellä vaiheella ja myyt toisella, Suomessa laskutetaan vain erotus.',
      'Muualla sopimuksesi kertoo tavan; sen voi vaihtaa myöhemmin kaikelle mitatulle.',
    ],
    mongodb: 'MongoDB:n yhteysosoite, jos sinulla on se',
    mongodbLater:
      'Verkkokopion MongoDB:hen voi lisätä myöhemmin: sen yhteysosoite on salaisuus, ja tämä sivu tuli suojaamattomalla yhteydellä.',
    save: 'Tallenna',
  },

  review: {
    title: 'Tämä kirjoitetaan',
    why: (path: string) => `Tiedostoon ${path} laitteella. Sitten mittareita aletaan lukea.`,
    https: 'HTTPS-yhteydellä.',
    httpsWhy:
      'Silloin sovelluksen voi asentaa, se avautuu ilman verkkoa, eikä kukaan verkossa lue mukana. Jokaiselle puhelimelle on kerran kerrottava, että se luottaa kotiisi, kuten tässä näytetään; sen saa myöhemminkin.',
    httpsThen: (address: string) =>
      `Aloituksesta lähtien palvelin on osoitteessa ${address}. Jos puhelin varoittaa siellä, se ei vielä luota kotiin.`,
    start: 'Aloita',
    starting: 'Mittareita luetaan …',
    slow: 'Tämä kestää odotettua kauemmin. Palvelimen loki kertoo syyn:',
  },
};
