/** What is shown beside what was: the period before it, the same a year before, and the records of both. */
import { comparison, type Comparison, type Within } from '../lib/compare';
import { factsOf, yearBefore, type Fact } from '../lib/facts';
import { isBeingFetched } from '../lib/fetching';
import { gapsIn } from '../lib/gaps';
import * as read from '../lib/reading';
import type { Energy } from '../lib/wire';
import type { App } from './app.svelte';
import type { Shown } from './shown.svelte';

export class Compared {
  #app: App;
  #shown: Shown;

  constructor(app: App, shown: Shown) {
    this.#app = app;
    this.#shown = shown;
  }

  readonly before = $derived.by(() => {
    const previous = this.#shown.energy?.previous;
    return previous ? this.#shown.answerOf(previous) : null;
  });
  readonly #yearAgo = $derived.by(() => this.#shown.answerOf(this.yearAgoText ?? ''));
  /** The same period a year before, where the books go back so far. */
  get yearAgoText(): string | null {
    const text = yearBefore(this.#shown.energy?.period ?? null);
    const begin = read.beginText(this.#shown.meters);
    return text !== null && begin !== null && begin.slice(0, 4) <= text.slice(0, 4) ? text : null;
  }

  readonly comparison: Comparison | null = $derived.by(() => {
    const { energy, fetched, meters } = this.#shown;
    const { words, locale } = this.#app.preferences;
    // What still grows is compared with nothing.
    if (!energy || !this.before || fetched.length) return null;
    if (gapsIn(this.before, meters).some(isBeingFetched)) return null;
    return comparison(energy, this.before, words, locale, this.#within);
  });
  readonly facts: readonly Fact[] = $derived.by(() => {
    const { energy, fetched, roles } = this.#shown;
    if (!energy || fetched.length) return [];
    return factsOf(energy, this.#yearAgo, roles, this.#app.preferences, this.#within);
  });

  /** Whether the period before it is on its way. */
  readonly isAwaited = $derived.by(() => {
    const { energy, entry, kind } = this.#shown;
    if (energy === null) return kind !== 'all' && entry.fault === null;
    const before = energy.previous === null ? null : this.#app.books.entry(energy.previous);
    if (before?.energy) return this.comparison === null && this.partsAwaited.length > 0;
    return before !== null && before.fault === null;
  });

  /** Parts of earlier periods, for a comparison with as much of them as passed of this one. */
  get #within(): Within {
    return { now: this.#shown.now, answerOf: (period) => this.#shown.answerOf(period) };
  }
  /** Those that are not here yet. */
  get partsAwaited(): readonly string[] {
    const { now, energy } = this.#shown;
    const { words, locale } = this.#app.preferences;
    const awaited: string[] = [];
    const answerOf = (period: string): Energy | null => {
      const found = this.#app.books.entry(period);
      if (!found.energy && !found.fault) awaited.push(period);
      return this.#shown.answerOf(period);
    };
    for (const before of [this.before, this.#yearAgo]) {
      if (energy && before) comparison(energy, before, words, locale, { now, answerOf });
    }
    return awaited;
  }
}
