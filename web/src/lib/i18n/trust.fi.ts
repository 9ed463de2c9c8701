import type { TrustWords } from './trust.en';

/** Suomeksi. */
export const trustFi: TrustWords = {
  title: 'Anna tämän puhelimen luottaa kotiisi',
  why: 'Kerran jokaisella puhelimella. Se takaa vain tämän kodin palvelimen.',
  get: 'Hae varmenne',
  whose: { apple: 'iPhone, iPad', android: 'Android' },
  compare: 'Puhelin näyttää tämän SHA-256-tunnisteen ennen kuin se luottaa:',
  apple: [
    { how: 'Hae varmenne Safarissa ja salli sen lataus.', draws: 'Salli' },
    {
      how: 'Avaa Asetukset: lähellä yläreunaa on ”Profiili ladattu”. Napauta sitä ja sitten ”Asenna”.',
      draws: 'Profiili ladattu',
    },
    {
      how: 'Asetukset, Yleiset, Tietoja, aivan alhaalla ”Varmenteiden luottamusasetukset”: kytke Wattledger päälle.',
      draws: 'Wattledger',
    },
  ],
  android: [
    { how: 'Hae varmenne; se latautuu tiedostona.', draws: 'authority.crt' },
    {
      how: 'Avaa Asetukset ja hae ”CA-varmenne”. Napauta sitä ja sitten ”Asenna silti”.',
      draws: 'CA-varmenne',
    },
    { how: 'Valitse ladattu tiedosto.', draws: 'authority.crt' },
  ],
};
