import { describe, expect, it } from 'vitest';
import { gapsIn, gapWords, minutesOf } from './gaps';
import { words } from '../testing/words';
import type { Energy, MeterBooks, MissingSpan } from './wire';

describe('the gaps of a period', () => {
  const gap = (start: string, end: string): MissingSpan => ({
    start: `${start}:00+03:00`,
    end: `${end}:00+03:00`,
    reason: 'outage',
  });
  const period = (name: string, start: string, end: string): Energy =>
    ({ period: name, start: `${start}T00:00:00+03:00`, end: `${end}T00:00:00+03:00` }) as Energy;
  const DAY = period('2026-04-22', '2026-04-22', '2026-04-23');
  const MONTH = period('2026-04', '2026-04-01', '2026-05-01');

  function said(energy: Energy, ...meters: (MissingSpan[] | null)[]): string | null {
    const gaps = gapsIn(
      energy,
      meters.map((missing) => ({ missing }) as MeterBooks),
    );
    return gapWords(energy, gaps, words.en, 'en')?.replaceAll('\u00a0', ' ') ?? null;
  }

  it('are told as far as they lie in it', () => {
    const long = gap('2026-03-30T22:00', '2026-04-02T01:00');
    expect(said(MONTH, [long])).toBe('1 April: 25 h not booked');
    expect(said(DAY, [gap('2026-04-21T23:30', '2026-04-22T00:15')])).toBe(
      '00:00–00:15 not booked: outage',
    );
    expect(said(DAY, [gap('2026-04-22T23:30', '2026-04-23T10:00')])).toBe(
      '23:30–24:00 not booked: outage',
    );
    expect(said(DAY, [gap('2026-04-21T20:00', '2026-04-22T00:00')])).toBeNull();
    expect(said(DAY, [long, gap('2026-04-21T20:00', '2026-04-24T00:00')])).toBe(
      '00:00–24:00 not booked: outage',
    );
  });

  it('of a day are the first of them, and how many more there are', () => {
    const [one, two, three] = ['09', '11', '13'].map((hour) =>
      gap(`2026-04-22T${hour}:00`, `2026-04-22T${hour}:30`),
    ) as [MissingSpan, MissingSpan, MissingSpan];
    expect(said(DAY, [one])).toBe('09:00–09:30 not booked: outage');
    expect(said(DAY, [one, two])).toBe('09:00–09:30 not booked: outage (and 1 more)');
    expect(said(DAY, [two, three], [one])).toBe('09:00–09:30 not booked: outage (and 2 more)');
    expect(said(MONTH, [one, two])).toBe('1 h not booked');
  });

  it('are as many minutes as they are, to the half', () => {
    const from = '2026-04-22T09:00:00+03:00';
    const long = (end: string): number => minutesOf([{ ...gap('', ''), start: from, end }]);
    expect(long('2026-04-22T09:00:29+03:00')).toBe(0);
    expect(long('2026-04-22T09:00:30+03:00')).toBe(1);
    expect(long('2026-04-22T09:59:40+03:00')).toBe(60);
    expect(minutesOf([])).toBe(0);
  });

  it('count an hour once in which both meters are missing', () => {
    const mains = [gap('2026-04-02T10:00', '2026-04-02T12:00')];
    const roof = [gap('2026-04-02T11:00', '2026-04-02T13:00')];
    expect(said(MONTH, mains, roof)).toBe('3 h not booked');
    expect(said(MONTH, null, null)).toBeNull();
    expect(said(MONTH, mains, mains)).toBe('2 April: 2 h not booked');
    const longer = [gap('2026-04-02T10:00', '2026-04-02T14:00')];
    expect(said(MONTH, mains, longer)).toBe('2 April: 4 h not booked');
  });
});
