/** Going through History: to neighbours, into a bar, to a date, to one flow alone; each is an address. */
import { tick } from 'svelte';
import { CURRENT, kindOf, type Kind } from '../lib/period';
import type { Asked } from '../lib/shape';
import type { App } from './app.svelte';
import type { HistoryView } from './historyView.svelte';

type Direction = -1 | 1;

export class Paging {
  #app: App;
  #view: HistoryView;
  #slide: (direction: Direction) => void;
  #questions = 0;

  /** `slide`: the chart comes in from that side. */
  constructor(app: App, view: HistoryView, slide: (direction: Direction) => void) {
    this.#app = app;
    this.#view = view;
    this.#slide = slide;
  }

  /** The same in money, where a tariff says what it costs. */
  get isMoney(): boolean {
    const { house, router } = this.#app;
    const { route } = router;
    return house.site?.tariff != null && route.screen === 'history' && route.isMoney === true;
  }

  async show(period: string, direction: Direction | 0 = 0): Promise<void> {
    const { asked } = this.#view.shown;
    const part = asked ? { of: asked } : this.isMoney ? { isMoney: true as const } : {};
    // Neighbours replace one another, so that back leads out of History and not through a year of days.
    this.#app.router.go({ screen: 'history', period, ...part }, direction !== 0);
    if (direction === 0) return;
    await tick();
    this.#slide(direction);
  }

  /** To the neighbour; what lies there is known with the answer, which may still be on its way. */
  move(direction: Direction): void {
    if (this.#view.shown.energy) this.#moveOn(direction);
    else void this.#moveOnceAnswered(direction);
  }

  /** Unless somebody has gone elsewhere meanwhile. */
  async #moveOnceAnswered(direction: Direction): Promise<void> {
    const { shown } = this.#view;
    const { period } = shown;
    await this.#app.books.want(period);
    const isStillThere = this.#app.router.route.screen === 'history' && period === shown.period;
    if (isStillThere) this.#moveOn(direction);
  }

  #moveOn(direction: Direction): void {
    const to = this.#view.ways.neighbour(direction);
    if (to === null) this.#slide(direction);
    else void this.show(to, direction);
  }

  /** Into a bar; of one that leads nowhere the values are read. */
  pick(slot: number): void {
    const { reading, ways } = this.#view;
    const into = ways.into(slot);
    if (into !== null) {
      void this.show(into);
      return;
    }
    reading.scrub(slot);
    reading.scrub(null);
  }

  toKind(chosen: Kind): void {
    const { shown, ways } = this.#view;
    if (chosen !== shown.kind) void this.#showSoon(ways.ofKind(chosen));
  }

  toDate(date: string): void {
    void this.#showSoon(this.#view.ways.ofDate(date));
  }

  toNow(): void {
    const { kind } = this.#view.shown;
    void this.show(CURRENT[kindOf(this.#view.shown.period) === 'all' ? 'day' : kind]);
  }

  alone(asked: Asked | 'all'): void {
    const { period } = this.#view.shown;
    const part = asked === 'all' ? {} : { of: asked };
    this.#app.router.go({ screen: 'history', period, ...part }, true);
  }

  changeMeasure(): void {
    const { period } = this.#view.shown;
    const part = this.isMoney ? {} : { isMoney: true as const };
    this.#app.router.go({ screen: 'history', period, ...part }, true);
  }

  /** What was asked for last, should several answers be on their way. */
  async #showSoon(period: Promise<string>): Promise<void> {
    const mine = (this.#questions += 1);
    const found = await period;
    if (mine === this.#questions) await this.show(found);
  }
}
