import { describe, expect, it } from 'vitest';
import { faultFindings } from './faults';
import { words } from './i18n';

const marks = (...faults: string[]): string[] =>
  faultFindings(faults, words.en).map(({ mark }) => mark);

describe('the faults of a meter', () => {
  it.each([
    'silent for 15 s',
    'not connected yet',
    'no connection within 5 s',
    'no answer to EM.GetStatus within 5 s',
    'the meter has no time yet',
    'fetching stopped and will go on: no answers for 60 s',
  ])('"%s" is told and is no alarm', (fault) => {
    expect(marks(fault)).toEqual(['told']);
  });

  it.each([
    'the meter refuses the password',
    'the meter wants a password',
    "the meter that answers is 'roof' already: two hosts lead to one meter",
  ])('"%s" asks for a deed', (fault) => {
    expect(marks(fault)).toEqual(['fault']);
  });

  it('say the same thing once', () => {
    const refused = 'the meter refuses the password';
    expect(marks(refused, `fetching stopped and will go on: ${refused}`)).toEqual(['fault']);
  });
});
