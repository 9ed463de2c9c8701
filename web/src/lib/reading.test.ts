import { describe, expect, it } from 'vitest';
import { words } from '../testing/words';
import { worth } from './reading';
import type { Energy, MissingSpan } from './wire';

const TOTALS = { coverage_pct: 40 } as Energy['totals'];

function day(
  date: string,
  begin: string,
  running: boolean,
  reason: MissingSpan['reason'] = 'outage',
): string {
  const energy = {
    period: date,
    next: running ? null : '2026-04-24',
    start: `${date}T00:00:00+03:00`,
    end: '2026-04-24T00:00:00+03:00',
    totals: TOTALS,
  } as Energy;
  const now = '2026-04-23T13:45:00';
  const now_ms = Date.parse(`${now}+03:00`);
  return worth({
    energy,
    words: words.en,
    style: { locale: 'en' },
    locale: 'en',
    now,
    now_ms,
    begin,
    gaps: [{ start: energy.start, end: energy.end, reason }],
    fetching: { pct: 26, left_s: 341 },
  });
}

describe('the first day', () => {
  it('says when the books begin', () => {
    expect(day('2026-04-23', '2026-04-23T10:12:00+03:00', true)).toBe(
      'The books begin today at 10:12.',
    );
  });

  it('is any other day once the books began before it', () => {
    expect(day('2026-04-23', '2026-04-22T10:12:00+03:00', true)).toContain('so far, until 13:45');
  });
});

describe('a day of which the meters still have minutes', () => {
  it.each([true, false])('is being fetched, whether it runs or is over', (running) => {
    expect(day('2026-04-23', '2026-04-23T10:12:00+03:00', running, 'being fetched')).toBe(
      'being fetched, 26%, about 6\u00a0min left',
    );
  });
});
