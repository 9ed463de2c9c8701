import { afterEach, describe, expect, it, vi } from 'vitest';
import { words } from '../../testing/words';
import { costEn } from './cost.en';
import { costFi } from './cost.fi';
import { loadHomeWords } from '../homeWords';
import { loadSetupWords, loadWords, localeNames, localeOf } from './index';

type Tree = { [key: string]: Tree | string | ((...args: never[]) => string) };

/** Every text, with what stands in for what is put into it. */
function textsOf(tree: Tree, path = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]): [string, string][] => {
    const name = `${path}.${key}`;
    if (typeof value === 'string') return [[name, value]];
    if (typeof value !== 'function') return textsOf(value, name);
    return [1, 2].map((count) => [
      `${name} ${String(count)}`,
      value(...([count, 'zwei', 'drei'] as never[])),
    ]);
  });
}

describe('the two languages', () => {
  it.each([
    ['of the app', loadWords],
    ['of setup', loadSetupWords],
    ['of the home’s settings', loadHomeWords],
    ['of costs', (locale: string) => Promise.resolve(locale === 'en' ? costEn : costFi)],
  ])('say the same things, each in words: those %s', async (_, load) => {
    const en = textsOf((await load('en')) as unknown as Tree);
    const fi = textsOf((await load('fi')) as unknown as Tree);
    expect(fi.map(([name]) => name)).toEqual(en.map(([name]) => name));
    const odd = [...en, ...fi].filter(([, text]) => /undefined|NaN|\[object| {2}/.test(text));
    expect(odd).toEqual([]);
  });

  it('count as people do', () => {
    expect([1, 2].map(words.en.faults.more)).toEqual(['And 1 more', 'And 2 more']);
    expect([1, 2].map(words.fi.faults.more)).toEqual(['Ja 1 muu', 'Ja 2 muuta']);
    expect([1, 15].map((minutes) => words.en.now.recent('Home', minutes))).toEqual([
      'Home, last minute',
      'Home, last 15 min',
    ]);
    expect([1, 15].map((minutes) => words.fi.now.recent('Koti', minutes))).toEqual([
      'Koti, viimeinen minuutti',
      'Koti, viimeiset 15 min',
    ]);
    expect(words.en.meters.contradictions(1)).toMatch(/^1 record contradicted/);
    expect(words.en.meters.contradictions(2)).toMatch(/^2 records contradicted/);
  });

  it('have no age where there is none worth a word', () => {
    expect(words.en.message.serverGone('13:45', '')).toBe(
      'The server does not answer: values from 13:45.',
    );
    expect(words.en.message.noConnection('13:45', '3 min')).toBe(
      'No connection: values from 13:45, 3 min ago.',
    );
    expect(words.fi.message.serverGone('klo 13.45', '')).toBe(
      'Palvelin ei vastaa: arvot klo 13.45.',
    );
    expect(words.fi.message.noConnection('klo 13.45', '3 min')).toBe(
      'Ei yhteyttä: arvot klo 13.45, 3 min sitten.',
    );
    expect(words.en.message.noConnection('13:45', '')).toBe('No connection: values from 13:45.');
    expect(words.en.message.serverGone('13:45', '3 min')).toBe(
      'The server does not answer: values from 13:45, 3 min ago.',
    );
    expect(words.fi.message.noConnection('klo 13.45', '')).toBe('Ei yhteyttä: arvot klo 13.45.');
    expect(words.fi.message.serverGone('klo 13.45', '3 min')).toBe(
      'Palvelin ei vastaa: arvot klo 13.45, 3 min sitten.',
    );
    expect(words.en.fetching.progress('26%', '')).toBe('26%');
    expect(words.fi.fetching.progress('26 %', '')).toBe('26 %');
  });
});

describe('which language is spoken', () => {
  it.each([
    [['fi-FI', 'en'], 'fi'],
    [['sv-FI', 'FI'], 'fi'],
    [['de', 'en-US', 'fi'], 'en'],
    [['fil-PH'], 'en'],
    [[], 'en'],
  ])('of %j is %s', (languages, locale) => {
    expect(localeOf(languages)).toBe(locale);
  });

  it('is fetched, and no other', async () => {
    expect(await loadWords('fi')).toBe(words.fi);
    expect(localeNames).toEqual({ en: 'English', fi: 'Suomi' });
  });
});

describe('idle work', () => {
  afterEach(() => vi.useRealTimers());

  it('is done soon where the browser does not tell when it is idle', async () => {
    vi.useFakeTimers();
    const { aTaskLater, whenIdle } = await import('../idle');
    let done = 0;
    whenIdle(() => (done += 1));
    const takeBack = whenIdle(() => (done += 10));
    takeBack();
    vi.advanceTimersByTime(100);
    expect(done).toBe(1);
    const later = aTaskLater();
    vi.advanceTimersByTime(0);
    await later;
  });

  it('is the browser’s where it knows', async () => {
    const { whenIdle } = await import('../idle');
    const cancelled: number[] = [];
    vi.stubGlobal('requestIdleCallback', (call: () => void) => {
      call();
      return 7;
    });
    vi.stubGlobal('cancelIdleCallback', (handle: number) => cancelled.push(handle));
    let done = 0;
    whenIdle(() => (done += 1))();
    expect([done, cancelled]).toEqual([1, [7]]);
  });
});
