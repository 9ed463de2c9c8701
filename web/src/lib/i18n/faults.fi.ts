/** The same in Finnish. */
import type { FaultWords } from './faults.en';

export const faultsFi: FaultWords = {
  connecting: ['Ei vielä tavoitettu.', ''],
  unreachable: ['Ei tavoiteta; yritetään yhä uudelleen.', ''],
  password_wanted: [
    'Mittari vaatii salasanan.',
    'Lisää se palvelimen asetuksiin, tämän mittarin kohtaan.',
  ],
  password_refused: [
    'Mittari ei hyväksy salasanaa.',
    'Korjaa se palvelimen asetuksissa, tämän mittarin kohdassa.',
  ],
  too_many_tries: [
    'Mittariin ei voi hetkeen kirjautua.',
    'Yrityksiä on ollut liikaa; yritetään myöhemmin uudelleen.',
  ],
  no_meter: [
    'Osoitteessa ei vastaa mittari.',
    'Korjaa tämän mittarin osoite palvelimen asetuksissa.',
  ],
  other_meter: [
    'Osoitteessa vastaa toinen mittari.',
    'Korjaa mittarien osoitteet palvelimen asetuksissa.',
  ],
  profile_doubtful: ['Mittarin tieto profiilistaan on ristiriitainen.', ''],
  address_changed: [
    'Mittari löytyi uudesta osoitteesta.',
    'Anna sille reitittimessä kiinteä osoite, tai korjaa se palvelimen asetuksissa.',
  ],
  unknown_model: ['Mittarin mallia ei tunneta.', 'Sitä luetaan silti.'],
  no_such_phase: [
    'Asetuksissa on vaihe, jota tässä mittarissa ei ole.',
    'Korjaa vaiheet palvelimen asetuksissa.',
  ],
  firmware_old: [
    'Mittarin laiteohjelmisto on vanha.',
    'Päivitä se mittarin omalla sivulla; siihen asti kaikkea ei ehkä saada.',
  ],
  no_time: [
    'Mittarin kello ei ole ajassa.',
    'Se ei kirjaa mitään ennen kuin on tavoittanut aikapalvelimen.',
  ],
  absurd_records: ['Mahdottomia lukemia ohitettiin.', ''],
  fetching_stopped: ['Haku keskeytyi ja jatkuu pian.', ''],
  unreadable_minutes: ['Joitakin minuutteja ei voi lukea mittarista.', 'Yritetään huomenna.'],
  contradicted_records: [
    'Mittari antoi minuutteja uudelleen eri arvoin.',
    'Ensimmäiset pätevät. Jos se toistuu, käynnistä mittari uudelleen.',
  ],
  elsewhere: ['Mittari on toisella palvelimella.', 'Se tietää siitä enemmän.'],
  meter_error: [
    'Mittari ilmoittaa itse virheestä.',
    'Katso se mittarin omalta sivulta; siihen asti sen laskemat voivat olla vääriä.',
  ],
  ct_type_not_set: [
    'Mittari ei laske mitään: virtamuuntajan tyyppiä ei ole valittu.',
    'Valitse se mittarin omalla sivulla, asetuksissa.',
  ],
  absurd_power: [
    'Mittari lähettää tehon, jota se ei voi mitata; sitä ei näytetä.',
    'Jos se toistuu, tarkista kytkennät ja käynnistä mittari uudelleen.',
  ],
  too_many_records: [
    'Mittari lähettää enemmän tietueita kuin sillä voi olla; loput ohitetaan.',
    'Käynnistä mittari uudelleen; jos se ei auta, päivitä laiteohjelmisto.',
  ],
  power_disagrees: [
    'Teho ja kirjattu energia eivät täsmää.',
    'Tarkista mittarin omalta sivulta, että virtamuuntajan tyyppi on valittu, ja että muuntajat ovat oikeissa johtimissa.',
  ],
  clock_off: [
    'Mittarin kello on väärässä, joten energiaa kirjautuu vääriin vartteihin.',
    'Aseta aikapalvelin mittarin omalla sivulla ja varmista, että mittari tavoittaa sen.',
  ],
  minutes_overdue: [
    'Minuutteja pitäisi tulla, mutta yhtään ei tule.',
    'Ne haetaan heti, kun ne saadaan; jos tämä jatkuu, käynnistä mittari uudelleen.',
  ],
  damaged_minutes: [
    'Minuutteja on vaurioitunut palvelimen levyllä.',
    'Ne näkyvät tuntemattomina, kunnes ne on haettu uudelleen; se käy itsestään. Tarkista levy tai muistikortti.',
  ],
  store_damaged: [
    'Palvelimen levy on vaurioittanut osan kirjanpidosta.',
    'Vaurioitunutta ei näytetä, ja se haetaan uudelleen. Vaihda levy tai muistikortti pian.',
  ],
  store_gone: [
    'Palvelimen tietokanta poistettiin tai vaihdettiin kesken kaiken.',
    'Palauta se tai varmuuskopio ja käynnistä palvelin uudelleen. Mittarit tallentavat minuutit sillä välin.',
  ],
  store_not_writing: [
    'Palvelin ei voi kirjoittaa kirjanpitoaan.',
    'Tee levylle tilaa, tai lopeta se, mikä lukitsee tiedoston. Mittarit tallentavat minuutit sillä välin.',
  ],
  server_clock_doubtful: [
    'Palvelimen omaan kelloon ei voi luottaa.',
    'Varmista, että palvelin tavoittaa aikapalvelimen; sitten se jatkaa itsestään.',
  ],
  copy_lacks: [
    'MongoDB:stä puuttuu minuutteja, jotka siellä olivat.',
    'Palvelin vastaa omasta kirjanpidostaan ja lähettää ne itse uudelleen.',
  ],
  copy_failing: [
    'Lähetys MongoDB:hen on pysähdyksissä, kokonaan tai osin.',
    'Mitään ei katoa: palvelin säilyttää kaiken ja jatkaa, kun MongoDB sallii.',
  ],
  backup_failing: [
    'Yön varmuuskopio jää tekemättä.',
    'Varmista, että muistitikku tai verkkolevy on paikallaan, siinä on tilaa ja palvelin saa kirjoittaa siihen.',
  ],
  newer_home: [
    'Kodin palvelin on uudempi kuin tämä.',
    'Se mitä täällä näkyy, on oikein, mutta kaikkea ei ehkä näy: päivitä tämä palvelin.',
  ],
  too_many_connections: [
    'Palvelin torjuu yhteyksiä: niitä on auki liikaa.',
    'Etsi laite, joka avaa niitä; muut puhelimet voivat joutua odottamaan.',
  ],
  certificate_ending: [
    'HTTPS-varmenne vanhenee.',
    'Anna palvelimella komento wattledger certificate; puhelimille ei tarvitse tehdä mitään.',
  ],
  prices_missing: [
    'Sähkön hintoja puuttuu.',
    'Palvelin kysyy niitä yhä; sen ajan kulut eivät ole tiedossa, eikä mitään arvata.',
  ],
  prices_disputed: [
    'Sähkön hintojen lähteet ovat eri mieltä.',
    'Ensimmäisenä saatu hinta tai se, jossa ei ole arvonlisäveroa, lasketaan.',
  ],
  prices_corrected: ['Sähkön hintoja korjattiin.', 'Kulut lasketaan uudelleen.'],
  task_restarted: [
    'Osa palvelimesta kaatui ja käynnistettiin uudelleen.',
    'Loki kertoo, mikä; ilmoitathan, jos se toistuu.',
  ],
};
