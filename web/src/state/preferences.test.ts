import { beforeEach, describe, expect, it, vi } from 'vitest';
import { en } from '../lib/i18n/en';
import { fi } from '../lib/i18n/fi';
import { Preferences, spokenFirst } from './preferences.svelte';

beforeEach(() => {
  localStorage.clear();
});

describe('the language', () => {
  it('is that of the phone, until another is chosen', async () => {
    expect(await spokenFirst()).toEqual({ locale: 'en', words: en });
    localStorage.setItem('wattledger.language', '"fi"');
    expect((await spokenFirst()).words).toBe(fi);
  });

  it('changes with its words, and numbers follow', async () => {
    const preferences = new Preferences(await spokenFirst());
    expect(preferences.style).toEqual({ locale: 'en', units: 'auto' });
    await preferences.choose('language', 'fi');
    await preferences.choose('units', 'kilo');
    expect(preferences.words).toBe(fi);
    expect(preferences.style).toEqual({ locale: 'fi', units: 'kilo' });
  });
});

describe('the theme', () => {
  it('is the phone’s, until one is chosen', async () => {
    const dark = Object.assign(new EventTarget(), { matches: true });
    vi.stubGlobal('matchMedia', () => dark);
    const preferences = new Preferences(await spokenFirst());
    expect(preferences.isDark).toBe(true);
    dark.matches = false;
    dark.dispatchEvent(new Event('change'));
    expect(preferences.isDark).toBe(false);
    await preferences.choose('theme', 'dark');
    expect([preferences.isDark, new Preferences(await spokenFirst()).theme]).toEqual([
      true,
      'dark',
    ]);
  });

  it('is put on the page with the language, and on the phone’s own bars', async () => {
    const bar = { setAttribute: vi.fn() };
    vi.spyOn(document, 'querySelector').mockReturnValue(bar as never);
    const preferences = new Preferences(await spokenFirst());
    preferences.wear();
    expect([document.documentElement.lang, document.documentElement.dataset['theme']]).toEqual([
      'en',
      'light',
    ]);
    await preferences.choose('theme', 'dark');
    preferences.wear();
    expect(document.documentElement.dataset['theme']).toBe('dark');
    expect(bar.setAttribute.mock.calls).toEqual([
      ['content', '#f6f6f3'],
      ['content', '#0f1214'],
    ]);
  });
});

it('a language that was chosen and taken back is not spoken', async () => {
  const preferences = new Preferences(await spokenFirst());
  const finnish = preferences.choose('language', 'fi');
  await preferences.choose('language', 'en');
  await finnish;
  expect([preferences.language, preferences.locale]).toEqual(['en', 'en']);
});
