import { describe, expect, it } from 'vitest';
import { aDay, aMonth, answer } from '../testing/answers';
import { booksWord, type Standing } from './booksword';
import { words } from '../testing/words';
import type { Energy, Site } from './wire';
import { NO_MORE_TOTALS } from '../testing/nomore';

const ENERGY = answer({});
const SINCE = '2026-04-23T12:10:00+03:00';

const said = (
  state: Site['mongodb']['state'],
  failing_since: string | null = null,
  locale: 'en' | 'fi' = 'en',
): string =>
  booksWord(
    {
      energy: ENERGY,
      stored_ms: null,
      gaps: [],
      mongodb: { state, failing_since, detail: 'x', quota_used_pct: null, years_left: null },
      now: '2026-04-23T13:45:00',
      running: false,
      bookedTo: null,
    },
    words[locale],
    locale,
  ).text;

describe('what the house’s own store answered', () => {
  it('says since when MongoDB has not', () => {
    expect(said('away', SINCE)).toBe(
      'From this house’s own store; MongoDB has not answered since 12:10.',
    );
    expect(said('away', '2026-04-21T12:10:00+03:00')).toContain('since 21 Apr 12:10');
    expect(said('away', SINCE, 'fi')).toContain('vastannut klo\u00a012.10 jälkeen');
  });

  it('says what else is the matter', () => {
    expect(said('posting')).toContain('not got every minute yet');
    expect(said('up_to_date')).toContain('has not answered.');
    expect(said('refused', SINCE)).toContain('refuses');
    expect(said('full', SINCE)).toContain('used up');
  });

  it('is all there is without MongoDB', () => {
    expect(said('not_configured')).toBe('Every minute booked');
  });
});

describe('where no minute has both meters', () => {
  const wordOf = (totals: Partial<Energy['totals']>, next: string | null): string => {
    const none = {
      ...NO_MORE_TOTALS,
      imported_wh: null,
      exported_wh: null,
      produced_wh: null,
      consumed_wh: null,
      self_consumed_wh: null,
      self_consumption_pct: null,
      self_sufficiency_pct: null,
      coverage_pct: 0,
      grid_coverage_pct: 0,
      solar_coverage_pct: 0,
    };
    const energy = { ...ENERGY, next, totals: { ...none, ...totals } };
    return booksWord(
      {
        energy,
        stored_ms: null,
        gaps: [],
        mongodb: undefined,
        now: '2026-04-22T13:45:00',
        running: next === null,
        bookedTo: null,
      },
      words.en,
      'en',
    ).text;
  };

  it.each([
    [{}, '2026-04-23', 'Nothing was booked then.'],
    [{}, null, 'Nothing is booked yet.'],
    [{ grid_coverage_pct: 12, imported_wh: 7 }, null, 'Only one meter is booked so far.'],
    [{ solar_coverage_pct: 12, produced_wh: 0 }, '2026-04-23', 'Only one meter is booked so far.'],
  ])('%j before %s: %s', (totals, next, said) => {
    expect(wordOf(totals, next)).toBe(said);
  });

  it('is not where some minutes of a long period are too few for its percentage', () => {
    const few = { imported_wh: 3, exported_wh: 0, produced_wh: 49, consumed_wh: 52 };
    expect(wordOf(few, null)).toBe('Every minute booked');
    const gridAlone = { imported_wh: 3, exported_wh: 0, solar_coverage_pct: null };
    expect(wordOf(gridAlone, null)).toBe('Every minute booked');
  });
});

describe('a running period that is whole', () => {
  const told = (bookedTo: string, reason?: 'being fetched' | 'damaged') =>
    booksWord(
      {
        energy: { ...ENERGY, next: null, source: 'mongodb' },
        stored_ms: null,
        gaps: reason ? [{ start: ENERGY.start, end: ENERGY.end, reason }] : [],
        mongodb: undefined,
        now: '2026-04-22T17:24:00',
        running: true,
        bookedTo,
      },
      words.en,
      'en',
    );

  it('is booked until a moment of today, or one that says its date', () => {
    expect(told('2026-04-22T17:23:00+03:00').text).toBe('Every minute booked until 17:23');
    expect(told('2026-04-15T23:13:00+03:00').text).toBe('Every minute booked until 15 April 23:13');
  });

  it('is neither whole nor missing while it is being fetched', () => {
    expect(told('2026-04-22T17:23:00+03:00', 'being fetched')).toEqual({
      mark: 'fetched',
      text: words.en.fetching.books,
    });
    expect(told('2026-04-22T17:23:00+03:00', 'damaged').text).toMatch(/damaged on the disk/);
  });
});

describe('the line below a chart', () => {
  const standing = {
    energy: aDay('2026-04-22'),
    stored_ms: null,
    gaps: [],
    mongodb: undefined,
    now: '2026-04-23T13:45:00',
    running: false,
    bookedTo: '2026-04-23T13:44:00+03:00',
  };
  const said = (more: Partial<Standing>) => booksWord({ ...standing, ...more }, words.en, 'en');
  const gap = (reason: string) => [
    {
      start: '2026-04-22T09:15:00+03:00',
      end: '2026-04-23T00:00:00+03:00',
      reason: reason as 'outage',
    },
  ];
  const mongodb = (state: string, failing_since: string | null = null) =>
    ({ state, failing_since }) as Standing['mongodb'];

  it('says as of when, without a connection', () => {
    expect(said({ stored_ms: Date.parse('2026-04-23T12:10:00+03:00') })).toEqual({
      mark: 'stored',
      text: 'No connection: as of 23 Apr 12:10.',
    });
  });

  it('says what is missing, until midnight and of a month', () => {
    expect(said({ gaps: gap('being fetched') }).mark).toBe('fetched');
    expect(said({ gaps: gap('from the future') })).toEqual({
      mark: 'told',
      text: '09:15–24:00 not booked: from the future',
    });
    const energy = aMonth('2026-04', 30);
    expect(said({ energy, gaps: gap('outage') })).toEqual({
      mark: 'gap',
      text: '22 April: 14\u00a0h 45\u00a0min not booked',
    });
    expect(said({ energy, gaps: [...gap('outage'), ...gap('outage')] }).text).toBe(
      '14\u00a0h 45\u00a0min not booked',
    );
    expect(said({ gaps: [...gap('outage'), ...gap('outage')] }).text).toMatch(/\(and 1 more\)$/);
  });

  it.each([
    ['posting', null, 'From this house’s own store; MongoDB has not got every minute yet.'],
    ['lacking', null, 'From this house’s own store; MongoDB has not got every minute yet.'],
    ['refused', null, 'From this house’s own store; MongoDB refuses this server.'],
    ['full', null, 'From this house’s own store; MongoDB’s space is used up.'],
    ['away', null, 'From this house’s own store; MongoDB has not answered.'],
    [
      'away',
      '2026-04-23T12:10:00+03:00',
      'From this house’s own store; MongoDB has not answered since 12:10.',
    ],
    [
      'away',
      '2026-04-22T12:10:00+03:00',
      'From this house’s own store; MongoDB has not answered since 22 Apr 12:10.',
    ],
    ['not_configured', null, 'Every minute booked'],
  ])('of a copy that is %s since %s', (state, since, text) => {
    expect(said({ mongodb: mongodb(state, since) }).text).toBe(text);
  });

  it('says until when, of what runs; and that there is nothing', () => {
    expect(said({ running: true }).text).toBe('Every minute booked until 13:44');
    expect(said({ running: true, bookedTo: null }).text).toBe('Every minute booked');
    const energy = aDay('2026-04-22');
    energy.totals = {
      ...energy.totals,
      imported_wh: null,
      produced_wh: null,
      consumed_wh: null,
    };
    expect(said({ energy })).toEqual({ mark: 'told', text: 'Nothing was booked then.' });
  });
});
