/** What the person chose: language, theme, units. */
import { loadWords, localeOf, type Words } from '../lib/i18n';
import type { NumberStyle } from '../lib/format';
import type { Locale } from '../lib/time';
import { keep, kept } from './storage';

export type Theme = 'auto' | 'light' | 'dark';
export type Units = 'auto' | 'kilo';

interface Choices {
  language: Locale | 'auto';
  theme: Theme;
  units: Units;
}

/** A language with its words, which go together. */
export interface Spoken {
  locale: Locale;
  words: Words;
}

const PAPER = { light: '#f6f6f3', dark: '#0f1214' };

const wanted = (language: Locale | 'auto'): Locale =>
  localeOf(language === 'auto' ? navigator.languages : [language]);

const loaded = async (locale: Locale): Promise<Spoken> => ({
  locale,
  words: await loadWords(locale),
});

/** The language that was chosen, else the phone's. */
export const spokenFirst = (): Promise<Spoken> =>
  loaded(wanted(kept<Locale | 'auto'>('language') ?? 'auto'));

export class Preferences {
  #choices = $state.raw<Choices>({
    language: kept('language') ?? 'auto',
    theme: kept('theme') ?? 'auto',
    units: kept('units') ?? 'auto',
  });
  #spoken = $state.raw<Spoken>() as Spoken;
  #phoneIsDark = $state(false);

  constructor(spoken: Spoken) {
    this.#spoken = spoken;
    const dark = matchMedia('(prefers-color-scheme: dark)');
    this.#phoneIsDark = dark.matches;
    dark.addEventListener('change', () => {
      this.#phoneIsDark = dark.matches;
    });
  }

  get language(): Choices['language'] {
    return this.#choices.language;
  }
  get theme(): Theme {
    return this.#choices.theme;
  }
  get units(): Units {
    return this.#choices.units;
  }
  get locale(): Locale {
    return this.#spoken.locale;
  }
  get words(): Words {
    return this.#spoken.words;
  }
  readonly style: NumberStyle = $derived.by(() => ({ locale: this.locale, units: this.units }));
  readonly isDark = $derived.by(() =>
    this.theme === 'auto' ? this.#phoneIsDark : this.theme === 'dark',
  );

  /** A language is spoken once its words are here; without a network that may be at the next visit. */
  async choose<K extends keyof Choices>(what: K, value: Choices[K]): Promise<void> {
    this.#choices = { ...this.#choices, [what]: value };
    keep(what, value);
    const locale = wanted(this.language);
    if (locale === this.locale) return;
    try {
      const spoken = await loaded(locale);
      if (wanted(this.language) === locale) this.#spoken = spoken;
    } catch {
      // The words could not be fetched: the page goes on as it spoke.
    }
  }

  /** Puts the choice on the page: its language, its theme, and the colour of the phone's own bars. */
  wear(): void {
    const root = document.documentElement;
    root.lang = this.locale;
    root.dataset['theme'] = this.isDark ? 'dark' : 'light';
    document
      .querySelector('meta[name="theme-color"]')
      ?.setAttribute('content', this.isDark ? PAPER.dark : PAPER.light);
  }
}
