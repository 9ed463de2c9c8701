import { beforeEach, describe, expect, it } from 'vitest';
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
