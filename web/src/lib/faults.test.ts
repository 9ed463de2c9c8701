import { describe, expect, it } from 'vitest';
import { faultFindings } from './faults';
import { words } from './i18n';
import type { MeterBooks } from './wire';

type Kind = MeterBooks['faults'][number]['kind'];

const found = (...kinds: Kind[]) =>
  faultFindings(
    kinds.map((kind) => ({ kind, detail: 'in English', since: null })),
    words.fi,
  );

describe('the faults of a meter', () => {
  it.each([
    'connecting',
    'unreachable',
    'too_many_tries',
    'profile_doubtful',
    'no_time',
    'absurd_records',
    'fetching_stopped',
    'unreadable_minutes',
    'elsewhere',
  ] as const)('%s is told and is no alarm', (kind) => {
    const [{ mark, bold } = { mark: '', bold: '' }] = found(kind);
    expect([mark, bold]).toEqual(['told', words.fi.meters.faults[kind]?.[0]]);
  });

  it.each(['password_refused', 'password_wanted', 'other_meter', 'no_meter'] as const)(
    '%s asks for a deed',
    (kind) => {
      expect(found(kind).map(({ mark }) => mark)).toEqual(['fault']);
    },
  );

  it('say the same thing once', () => {
    expect(found('password_refused', 'password_refused')).toHaveLength(1);
  });

  it('of a newer server stand in its own words', () => {
    expect(found('struck_by_lightning' as Kind)).toEqual([
      { mark: 'told', bold: words.fi.meters.noted, detail: 'in English' },
    ]);
  });
});
