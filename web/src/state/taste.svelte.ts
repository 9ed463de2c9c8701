/** What the person chose: language, theme, units. */
import { tongueOf, words } from '../lib/i18n';
import type { NumberStyle } from '../lib/format';
import type { Tongue } from '../lib/time';
import { keep, kept } from './storage';

export type Theme = 'auto' | 'light' | 'dark';
export type Units = 'auto' | 'kilo';

const PAPER = { light: '#f6f6f3', dark: '#0f1214' };

export class Taste {
  language = $state(kept<Tongue | 'auto'>('language') ?? 'auto');
  theme = $state(kept<Theme>('theme') ?? 'auto');
  units = $state(kept<Units>('units') ?? 'auto');
  #phoneIsDark = $state(false);

  constructor() {
    const dark = matchMedia('(prefers-color-scheme: dark)');
    this.#phoneIsDark = dark.matches;
    dark.addEventListener('change', () => {
      this.#phoneIsDark = dark.matches;
    });
  }

  readonly tongue: Tongue = $derived(
    this.language === 'auto' ? tongueOf(navigator.languages) : this.language,
  );
  readonly words = $derived(words[this.tongue]);
  readonly style: NumberStyle = $derived({ locale: this.tongue, units: this.units });
  readonly isDark = $derived(this.theme === 'auto' ? this.#phoneIsDark : this.theme === 'dark');

  choose<K extends 'language' | 'theme' | 'units'>(what: K, value: this[K]): void {
    (this as Pick<Taste, K>)[what] = value;
    keep(what, value);
  }

  /** Puts the choice on the page: its language, its theme, and the colour of the phone's own bars. */
  wear(): void {
    const root = document.documentElement;
    root.lang = this.tongue;
    root.dataset['theme'] = this.isDark ? 'dark' : 'light';
    document
      .querySelector('meta[name="theme-color"]')
      ?.setAttribute('content', this.isDark ? PAPER.dark : PAPER.light);
  }
}
