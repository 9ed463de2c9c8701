/** The periods around what is shown: the months of its year, the days of its month. */
import { blanksBefore, daysOf, monthsOf, type Cell } from '../lib/calendar';
import { energiesOfBucket } from '../lib/energies';
import { energiesOf } from '../lib/balance';
import { energyIn, unitOf } from '../lib/format';
import { KIND } from '../lib/kinds';
import { holds } from '../lib/period';
import { shapeOf } from '../lib/shape';
import * as time from '../lib/time';
import type { Energy } from '../lib/wire';
import type { App } from './app.svelte';
import type { Shown } from './shown.svelte';

export class Around {
  #app: App;
  #shown: Shown;

  constructor(app: App, shown: Shown) {
    this.#app = app;
    this.#shown = shown;
  }

  get year(): string {
    return (this.#anchorDay ?? this.#shown.today).slice(0, 4);
  }

  readonly months = $derived.by((): readonly Cell[] => {
    const { meters, now_ms } = this.#shown;
    const year = this.#shown.energy ? this.#shown.answerOf(this.year) : null;
    const { locale, words } = this.#app.preferences;
    if (!year || !meters) return [];
    return monthsOf(year, meters, now_ms, words, locale, this.#monthValues(year));
  });
  /** Where no days stand below the months there is room for what each sums up to. */
  #monthValues({ buckets, totals }: Energy): readonly string[] {
    if (this.#monthText !== null) return [];
    const { style } = this.#app.preferences;
    const whole = unitOf(energiesOf(totals), style);
    const { gives } = KIND[shapeOf(this.#shown.roles).lead];
    return buckets.start.map((_, i) => {
      const wh = energiesOfBucket(buckets, i)[gives];
      const { value, unit } = energyIn(wh, whole, style);
      return unit ? `${value}\u00a0${unit}` : '';
    });
  }

  /** Of the month around what is shown, where that is a day, a week or a month. */
  readonly days = $derived.by(() => {
    const { meters, now_ms } = this.#shown;
    const month = this.#monthText === null ? null : this.#shown.answerOf(this.#monthText);
    const { locale, words } = this.#app.preferences;
    if (!month || !meters) return null;
    const cells = daysOf(month, meters, now_ms, words, locale);
    return { cells, blanks: blanksBefore(month), title: time.monthYear(month.start, locale) };
  });
  get #monthText(): string | null {
    const { kind, today } = this.#shown;
    return kind === 'year' || kind === 'all' ? null : (this.#anchorDay ?? today).slice(0, 7);
  }
  /** Today where it is in sight, else the first day that is. */
  get #anchorDay(): string | null {
    const { energy, today } = this.#shown;
    if (!energy) return null;
    return holds(energy, today) ? today : energy.start.slice(0, 10);
  }

  /** Asks for what there is to go to. Call in an effect where it is shown. */
  follow(): void {
    if (!this.#shown.energy) return;
    this.#app.books.prefetch(this.year);
    this.#app.books.prefetch(this.#monthText);
  }
}
