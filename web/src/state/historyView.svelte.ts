/** One look into the books: what is shown, what it is compared with, its picture, and the ways from there. */
import { together } from '../lib/signal';
import type { App } from './app.svelte';
import { Around } from './around.svelte';
import { WHILE_CONNECTING_MS } from './books.svelte';
import { Compared } from './compared.svelte';
import { Reading } from './reading.svelte';
import { Shown } from './shown.svelte';
import { Ways } from './ways.svelte';

export class HistoryView {
  readonly shown: Shown;
  readonly compared: Compared;
  readonly reading: Reading;
  readonly ways: Ways;
  readonly around: Around;
  #app: App;

  /** `always`: a period that is shown whatever the address says. */
  constructor(app: App, always: string | null = null) {
    this.#app = app;
    this.shown = new Shown(app, always);
    this.compared = new Compared(app, this.shown);
    this.reading = new Reading(app, this.shown, this.compared);
    this.ways = new Ways(app, this.shown);
    this.around = new Around(app, this.shown);
  }

  /** Asks for what is shown and, after it, for what may be shown next. Call in an effect. */
  async follow(): Promise<void> {
    const { books, house } = this.#app;
    const { period } = this.shown;
    await books.want(period);
    const energy = books.entry(period).energy;
    if (!energy || period !== this.shown.period) return;
    this.ways.keepAnchor();
    books.prefetch(energy.previous);
    books.prefetch(energy.next);
    books.prefetch(this.compared.yearAgoText);
    if (energy.totals.coverage_pct < 100 && !house.meters) void house.askMeters();
  }

  /** Asks anew when the books may have grown, until the function that comes back is called. */
  keepFresh(): () => void {
    const { books, house, live, ticker } = this.#app;
    const { shown } = this;
    const again = (moment_ms?: number): void => {
      if (live.link !== 'open') return;
      const { fault, old } = shown.entry;
      if (shown.running || shown.fetched.length || fault || old) {
        void books.askAnew(shown.period, moment_ms);
      }
      void house.askMeters();
    };
    const connected = (): void => {
      again(WHILE_CONNECTING_MS);
    };
    const later = (): void => {
      again();
    };
    // What is being fetched grows with each word of the meters, and is asked for once more when it is all there.
    let wasFetched = shown.fetched.length > 0;
    const grown = (): void => {
      const isFetched = shown.fetched.length > 0;
      if ((isFetched || wasFetched) && live.link === 'open') void books.askAnew(shown.period);
      wasFetched = isFetched;
    };
    return together(
      live.connected.on(connected),
      live.minuteBooked.on(later),
      ticker.minute.on(later),
      house.metersHeard.on(grown),
      house.countsOtherwise.on(() => void this.follow()),
    );
  }

  /** Asks for the parts of days and periods that are shown or compared with. Call in an effect. */
  followParts(): void {
    this.#app.books.prefetch(this.reading.minutes);
    for (const period of this.compared.partsAwaited) this.#app.books.prefetch(period);
  }
}
