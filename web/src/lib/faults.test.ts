import { describe, expect, it } from 'vitest';
import { faultFindings, noticesOf } from './faults';
import { words } from '../testing/words';
import { faultsEn } from './i18n/faults.en';
import { faultsFi } from './i18n/faults.fi';
import type { Fault, FaultKind, MeterBooks } from './wire';

const NOW = '2026-04-23T13:45:00';
const ALL = Object.keys(faultsEn) as FaultKind[];
const DEEDS: FaultKind[] = [
  'backup_failing',
  'password_refused',
  'password_wanted',
  'other_meter',
  'no_meter',
  'meter_error',
  'ct_type_not_set',
  'power_disagrees',
  'clock_off',
  'store_damaged',
  'store_gone',
  'store_not_writing',
  'server_clock_doubtful',
  'backup_failing',
];

const fault = (kind: string, since: string | null = null): Fault =>
  ({ kind, detail: 'in English', since }) as Fault;
const found = (...kinds: string[]) =>
  faultFindings(
    kinds.map((kind) => fault(kind)),
    { words: words.fi, locale: 'fi', now: NOW },
  );
const said = (since: string, locale: 'en' | 'fi') =>
  faultFindings([fault('no_time', since)], { words: words[locale], locale, now: NOW })[0]?.detail;

describe('the faults', () => {
  it.each(ALL)('%s has words of both languages, and they differ', (kind) => {
    const [what, how] = faultsEn[kind];
    const [mitä, miten] = faultsFi[kind];
    expect(what).toMatch(/^[A-Z].*\.$/);
    expect(mitä).toMatch(/^[A-ZÄÖ].*\.$/);
    expect(what).not.toBe(mitä);
    expect(how === '').toBe(miten === '');
  });

  it.each(ALL)('%s is told, as an alarm where somebody must act', (kind) => {
    const [finding] = found(kind);
    expect(finding?.bold).toBe(faultsFi[kind][0]);
    expect(finding?.mark).toBe(DEEDS.includes(kind) ? 'fault' : 'told');
  });

  it('say the same thing once, and those that ask for a deed first', () => {
    const marks = found('no_time', 'clock_off', 'no_time', 'clock_off').map(({ mark }) => mark);
    expect(marks).toEqual(['fault', 'told']);
  });

  it('of a newer server stand in its own words, each', () => {
    const noted = {
      mark: 'told',
      bold: words.fi.meters.noted,
      detail: '',
      note: 'in English',
    };
    expect(found('struck_by_lightning', 'constructor')).toEqual([noted, noted]);
  });

  it('say since when, with the date where it was not today', () => {
    expect(said('2026-04-23T09:05:00+03:00', 'en')).toMatch(/Since 09:05\.$/);
    expect(said('2026-04-22T23:13:00+03:00', 'en')).toMatch(/Since 22 April 23:13\.$/);
    expect(said('2025-04-22T23:13:00+03:00', 'en')).toMatch(/Since 22 April 2025 23:13\.$/);
    expect(said('2026-04-22T23:13:00+03:00', 'fi')).toMatch(/Alkoi 22\.4\. klo\u00a023\.13\.$/);
  });

  it('are told wholly in the app’s language: the server’s English stands behind a word', () => {
    expect(found('copy_failing')[0]).toMatchObject({ more: 'in English' });
    for (const kind of ALL) expect(found(kind)[0]?.note).toBeUndefined();
    expect(found('ct_type_not_set')[0]?.more).toBeUndefined();
  });

  it('bring the server’s detail where the app speaks as it does', () => {
    const english = { words: words.en, locale: 'en', now: NOW } as const;
    const [one] = faultFindings([fault('copy_failing')], english);
    expect(one).toMatchObject({ note: '(in English)' });
    expect(one?.more).toBeUndefined();
    expect(faultFindings([{ ...fault('copy_failing'), detail: '' }], english)[0]?.note).toBe(
      undefined,
    );
  });
});

describe('what Now says of them', () => {
  const meter = (name: string, ...kinds: string[]): MeterBooks =>
    ({ name, faults: kinds.map((kind) => fault(kind)) }) as MeterBooks;

  it('is all of the server’s, and of the meters’ what asks for a deed or touches the numbers', () => {
    const notices = noticesOf(
      [fault('copy_failing')],
      [meter('mains', 'unreachable', 'clock_off'), meter('roof', 'minutes_overdue', 'elsewhere')],
      words.en,
    );
    expect(notices).toEqual([
      { title: `Mains: ${faultsEn.clock_off[0]}`, note: '', asksForADeed: true },
      { title: faultsEn.copy_failing[0], note: '', asksForADeed: false },
      { title: `Roof: ${faultsEn.minutes_overdue[0]}`, note: '', asksForADeed: false },
    ]);
  });

  it('tells of a meter that books nothing, for want of the time', () => {
    expect(noticesOf([], [meter('mains', 'no_time')], words.en)).toEqual([
      { title: `Mains: ${faultsEn.no_time[0]}`, note: '', asksForADeed: false },
    ]);
  });

  it('is in the server’s words where it knows more kinds than this app', () => {
    expect(noticesOf([fault('on_fire')], [], words.en)).toEqual([
      { title: 'The server notes:', note: 'in English', asksForADeed: false },
    ]);
  });
});
