/** A month of the books, day by day, and the ways to other months. */
import { blanksBefore, daysOf, type Cell } from '../lib/calendar';
import { CURRENT } from '../lib/period';
import * as time from '../lib/time';
import type { App } from './app.svelte';

export class CalendarView {
  /** The month that is shown, by its text or its word. */
  month = $state(CURRENT.month);
  #app: App;

  constructor(app: App) {
    this.#app = app;
  }

  readonly energy = $derived.by(() => this.#app.books.entry(this.month).energy);
  readonly title = $derived.by(() =>
    this.energy ? time.monthYear(this.energy.start, this.#app.preferences.locale) : '',
  );
  readonly blanks = $derived.by(() => (this.energy ? blanksBefore(this.energy) : 0));
  readonly cells = $derived.by((): readonly Cell[] => {
    const { house, preferences, ticker } = this.#app;
    if (!this.energy || !house.meters) return [];
    const { locale, words } = preferences;
    return daysOf(this.energy, house.meters.meters, ticker.now_ms, words, locale);
  });
  readonly previous = $derived.by(() => this.energy?.previous ?? null);
  readonly next = $derived.by(() => this.energy?.next ?? null);

  async show(month: string | null): Promise<void> {
    if (month === null) return;
    await this.#app.books.want(month);
    if (this.#app.books.entry(month).energy) this.month = month;
  }
}
