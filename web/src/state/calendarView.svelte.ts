/** Months of the books, day by day, and the ways to other months. */
import { blanksBefore, daysOf, type Cell } from '../lib/calendar';
import { CURRENT } from '../lib/period';
import * as time from '../lib/time';
import type { Energy } from '../lib/wire';
import type { App } from './app.svelte';

export interface Month {
  /** "2026-06" */
  period: string;
  title: string;
  /** Empty places before the first day. */
  blanks: number;
  cells: readonly Cell[];
}

export class CalendarView {
  /** The newest month that is shown, by its text or its word. */
  month = $state(CURRENT.month);
  /** How many have room. */
  room = $state(1);
  #app: App;

  constructor(app: App) {
    this.#app = app;
  }

  readonly #newest = $derived.by(() => this.#app.books.entry(this.month).energy);
  /** The newest and those before it, as far as they are here, the oldest first. */
  readonly #energies = $derived.by((): readonly Energy[] => {
    const found: Energy[] = [];
    let energy = this.#newest;
    while (energy && found.length < this.room) {
      found.unshift(energy);
      energy = energy.previous === null ? null : this.#app.books.entry(energy.previous).energy;
    }
    return found;
  });
  readonly months = $derived.by((): readonly Month[] => {
    const { house, preferences, ticker } = this.#app;
    const { locale, words } = preferences;
    if (!house.meters) return [];
    const { meters } = house.meters;
    const all = this.#energies.map((energy) => ({
      period: energy.start.slice(0, 7),
      title: time.monthYear(energy.start, locale),
      blanks: blanksBefore(energy),
      cells: daysOf(energy, meters, ticker.now_ms, words, locale),
    }));
    // Of a month before the books there is nothing to see.
    return all.filter(
      ({ cells }, i) => i === all.length - 1 || cells.some(({ state }) => state !== 'before'),
    );
  });
  readonly previous = $derived.by(() => this.#newest?.previous ?? null);
  readonly next = $derived.by(() => this.#newest?.next ?? null);

  async show(month: string | null): Promise<void> {
    if (month === null) return;
    await this.#app.books.want(month);
    if (this.#app.books.entry(month).energy) this.month = month;
  }

  /** Asks for the months before it that have room. Call in an effect. */
  follow(): void {
    const [oldest] = this.#energies;
    if (oldest && this.#energies.length < this.room) this.#app.books.prefetch(oldest.previous);
  }
}
