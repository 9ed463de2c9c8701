import { describe, expect, it } from 'vitest';
import { words } from '../testing/words';
import { auditFinding, clockWords, macText, modelName, roleWord, sourcesWord } from './metersview';
import type { MeterAudit, MeterBooks } from './wire';

const tellers = { words: words.en, locale: 'en' as const, style: { locale: 'en' } };
const meter: MeterBooks = {
  name: 'mains',
  role: 'grid',
  sources: [{ name: 'mains', role: 'grid', phases: ['a', 'b', 'c'], from: null }],
  host: '192.168.1.20',
  model: 'SPEM-003CEBEU',
  model_name: 'Shelly Pro 3EM',
  mac: 'A0DD6C000000',
  firmware: '1.4.4',
  profile: 'triphase',
  phases: ['a', 'b', 'c'],
  state: 'live',
  last_reading_at: null,
  age_s: 0.4,
  clock_offset_s: 0.3,
  booked_from: '2026-03-01T00:00:00+02:00',
  booked_to: '2026-04-23T13:44:00+03:00',
  missing: [],
  to_fetch_minutes: 0,
  fetched_minutes: 0,
  fetching_since: null,
  parked_minutes: 0,
  to_post_minutes: null,
  faults: [],
};
const counted = { imported_wh: 1_232_000, exported_wh: 645_500, balance_wh: 586_500 };
const audit: MeterAudit = {
  name: 'mains',
  role: 'grid',
  mac: meter.mac,
  compared_from: '2026-03-01T00:00:00+02:00',
  compared_to: '2026-04-23T13:00:00+03:00',
  booked: counted,
  counted,
  difference: { imported_wh: -0.02, exported_wh: 0.01, balance_wh: 0 },
  missing_minutes: 0,
  counter_epochs: 1,
  contradicting_records: 0,
  compared_since: '2026-03-01T00:00:00+02:00',
};
const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('the audit', () => {
  it('is a plain statement where books and counters agree but for their rounding', () => {
    const { mark, bold, detail } = auditFinding(audit, meter, tellers);
    expect([mark, bold]).toEqual(['agrees', words.en.meters.agree]);
    expect(plain(detail)).toBe('Since 1 March 00:00: bought 1.232 MWh, sold 645.5 kWh');
  });

  it.each([
    ['positive', 'produced 3 Wh, drew 1 Wh'],
    ['negative', 'produced 1 Wh, drew 3 Wh'],
  ] as const)('names the ways of a plant whose %s power is produced', (production, sums) => {
    const plant = {
      ...audit,
      role: 'solar' as const,
      booked: { ...counted, imported_wh: 3, exported_wh: 1 },
    };
    const { detail } = auditFinding(plant, meter, tellers, production);
    expect(plain(detail)).toBe(`Since 1 March 00:00: ${sums}`);
  });

  it.each([
    [-0.25, 0.24, 'agrees', '0'],
    [-0.25, 0.25, 'differs', '1'],
    [3, -4, 'differs', '7'],
  ])('adds %d Wh and %d Wh whichever way they go: it %s', (imported_wh, exported_wh, mark, sum) => {
    const found = auditFinding(
      { ...audit, difference: { imported_wh, exported_wh, balance_wh: 0 } },
      meter,
      tellers,
    );
    expect(found.mark).toBe(mark);
    if (mark === 'differs') expect(plain(found.bold)).toContain(`${sum} Wh`);
  });

  it('waits for the minutes that the counters are ahead of, and for no others', () => {
    const off = { ...audit, difference: { imported_wh: 5, exported_wh: 0, balance_wh: 5 } };
    const upTo = (booked_to: string | null, more: Partial<MeterBooks> = {}) =>
      auditFinding(off, { ...meter, booked_to, ...more }, tellers).mark;
    expect(upTo('2026-04-23T12:59:00+03:00')).toBe('waits');
    expect(upTo('2026-04-23T13:00:00+03:00')).toBe('differs');
    expect(upTo(meter.booked_to, { to_fetch_minutes: 1 })).toBe('waits');
    expect(
      auditFinding(audit, { ...meter, booked_to: '2026-04-23T12:59:00+03:00' }, tellers).mark,
    ).toBe('agrees');
  });

  it('has the year where the meter’s newest minute is of another', () => {
    const old = { ...audit, compared_from: '2025-12-31T23:00:00+02:00' };
    expect(plain(auditFinding(old, meter, tellers).detail)).toMatch(
      /^Since 31 December 2025 23:00/,
    );
  });

  it('tells minutes that are not booked from the first one on', () => {
    const missing = (missing_minutes: number) =>
      plain(
        auditFinding(
          {
            ...audit,
            missing_minutes,
            difference: { imported_wh: 9, exported_wh: 0, balance_wh: 9 },
          },
          meter,
          tellers,
        ).detail,
      );
    expect(missing(1)).toContain('1 min');
    expect(missing(0.6)).toContain('1 min');
    expect(missing(0.4)).not.toContain(' min');
  });

  it('tells a difference, and what of that time is not booked', () => {
    const differs = {
      ...audit,
      difference: { imported_wh: -120, exported_wh: 0, balance_wh: -120 },
      missing_minutes: 45,
    };
    const { mark, bold, detail } = auditFinding(differs, meter, tellers);
    expect([mark, plain(bold)]).toEqual(['differs', 'Books and counters differ by 120 Wh.']);
    expect(plain(detail)).toContain('45 min of that time are not on the books');
  });

  it('waits while minutes are being fetched, or while there is nothing to compare', () => {
    expect(auditFinding(audit, { ...meter, to_fetch_minutes: 39 }, tellers).mark).toBe('waits');
    expect(auditFinding(undefined, meter, tellers).bold).toBe(words.en.meters.auditSoon);
  });
});

describe("a meter's clock", () => {
  it.each([
    [0.0499, 'clock right'],
    [0.05, 'clock 0.1 s ahead'],
    [0.31, 'clock 0.3 s ahead'],
    [9.9, 'clock 9.9 s ahead'],
    [10, 'clock 10 s ahead'],
    [119.4, 'clock 119 s ahead'],
    [120, 'clock 2\u00a0min ahead'],
    [150, 'clock 3\u00a0min ahead'],
    [-0.1, 'clock 0.1 s behind'],
    [42, 'clock 42 s ahead'],
    [240, 'clock 4\u00a0min ahead'],
    [-3600, 'clock 1\u00a0h behind'],
    [0.004, 'clock right'],
    [null, ''],
  ])('that is %s s off', (offset, written) => {
    expect(clockWords(offset, words.en, { locale: 'en' })).toBe(written);
  });
});

describe('a device', () => {
  it.each([
    [{ model: 'SPEM-003CEBEU', model_name: 'Shelly Pro 3EM' }, 'Shelly Pro 3EM'],
    [{ model: 'SPEM-003CEBEU' }, 'SPEM-003CEBEU'],
    [{ model: null, model_name: null }, null],
  ])('%s is called %s', (device, name) => {
    expect(modelName(device)).toBe(name);
  });

  it('has a MAC in pairs', () => {
    expect(macText('DE30000000A1')).toBe('DE:30:00:00:00:A1');
    expect(macText('')).toBe('');
  });

  it.each([
    [null, ''],
    [0.04, 'clock right'],
    [0.3, 'clock 0.3 s ahead'],
    [-12.4, 'clock 12 s behind'],
    [119.4, 'clock 119 s ahead'],
    [-240, 'clock 4\u00a0min behind'],
  ])('whose clock is off by %s says %s', (offset_s, text) => {
    expect(clockWords(offset_s, words.en, { locale: 'en' })).toBe(text);
  });
});

describe('the audit of a plant', () => {
  const plant = { ...audit, role: 'solar' as const };

  it('tells what was produced and what was drawn, as the clamps point', () => {
    expect(auditFinding(plant, meter, tellers, 'positive').detail).toMatch(
      /produced 1.232\u00a0MWh, drew 645.5\u00a0kWh$/,
    );
    expect(auditFinding(plant, meter, tellers, 'negative').detail).toMatch(
      /produced 645.5\u00a0kWh, drew 1.232\u00a0MWh$/,
    );
    expect(auditFinding(plant, meter, tellers).detail).toMatch(/produced 1.232/);
  });

  it('is there soon, waits, or differs with why', () => {
    expect(auditFinding(undefined, meter, tellers).mark).toBe('waits');
    expect(auditFinding({ ...audit, compared_to: null }, meter, tellers).bold).toBe(
      'Nothing to compare yet.',
    );
    const fetching = { ...meter, to_fetch_minutes: 5 };
    expect(auditFinding(audit, fetching, tellers)).toMatchObject({
      mark: 'waits',
      detail: 'Until 23 April 13:00: difference 0\u00a0Wh',
    });
    const off = { imported_wh: -30, exported_wh: null, balance_wh: 0 };
    const differing = { ...audit, difference: off, missing_minutes: 45 };
    expect(auditFinding(differing, meter, tellers)).toMatchObject({
      mark: 'differs',
      bold: 'Books and counters differ by 30\u00a0Wh.',
      detail: expect.stringMatching(/\. 45\u00a0min of that time are not on the books\.$/),
    });
    expect(auditFinding({ ...differing, missing_minutes: null }, meter, tellers).detail).toMatch(
      /kWh\.$/,
    );
    const ahead = { ...differing, compared_to: '2026-04-23T13:45:00+03:00' };
    expect(auditFinding(ahead, meter, tellers).mark).toBe('waits');
    expect(auditFinding(ahead, { ...meter, booked_to: null }, tellers).mark).toBe('differs');
    const unknown = {
      ...audit,
      booked: { imported_wh: null, exported_wh: null, balance_wh: null },
    };
    expect(auditFinding(unknown, meter, tellers).detail).toMatch(/bought –, sold –$/);
  });
});

describe('what a meter measures', () => {
  const box: MeterBooks = {
    ...meter,
    name: 'box',
    role: 'load',
    sources: [
      { name: 'heat pump', role: 'load', phases: ['a'], from: null },
      { name: 'battery', role: 'battery', phases: ['b', 'c'], from: null },
    ],
  };

  it('is told once where its name says it', () => {
    expect(roleWord(meter, words.en)).toBe('measures grid');
    expect(roleWord({ ...meter, name: 'Grid' }, words.en)).toBe('');
    expect(roleWord({ ...meter, name: 'Verkko' }, words.fi)).toBe('');
    expect(roleWord({ ...meter, role: 'wind' as never }, words.en)).toBe('measures wind');
  });

  it('is each of its sources with its phases', () => {
    expect(sourcesWord(meter, words.en)).toBe('');
    expect(plain(sourcesWord(box, words.en))).toBe(
      'Heat pump (part of the home) L1 · Battery L2 L3',
    );
    const [one] = box.sources;
    const odd = { ...box, sources: [{ ...one, role: 'wind' }, one] } as MeterBooks;
    expect(plain(sourcesWord(odd, words.en))).toContain('Heat pump (wind) L1');
  });

  it('is audited as it counts, where it has several', () => {
    expect(plain(auditFinding(audit, box, tellers).detail)).toBe(
      'Since 1 March 00:00: counted 1.232 MWh, and 645.5 kWh the other way',
    );
  });

  it.each([
    ['battery', 'discharged 1.232 MWh, charged 645.5 kWh', 'purettu 1,232 MWh, ladattu 645,5 kWh'],
    ['load', 'used 1.232 MWh, gave 645.5 kWh', 'käytetty 1,232 MWh, annettu 645,5 kWh'],
  ] as const)('is audited by the words of its role: %s', (role, en, fi) => {
    const of = { ...audit, role };
    expect(plain(auditFinding(of, meter, tellers).detail)).toContain(en);
    const finnish = { words: words.fi, locale: 'fi' as const, style: { locale: 'fi' } };
    expect(plain(auditFinding(of, meter, finnish).detail)).toContain(fi);
  });
});
