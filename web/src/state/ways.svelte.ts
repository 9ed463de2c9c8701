/** The ways from the period that is shown to others: its neighbours, another length, a date, into a bar. */
import { CURRENT, bucketPeriod, holds, kindOf, periodOf, type Kind } from '../lib/period';
import type { App } from './app.svelte';
import type { Shown } from './shown.svelte';

export class Ways {
  /** The day that a change of the period's length keeps in sight. */
  #anchor: string | null = null;
  #app: App;
  #shown: Shown;

  constructor(app: App, shown: Shown) {
    this.#app = app;
    this.#shown = shown;
  }

  keepAnchor(): void {
    const { energy, today } = this.#shown;
    if (!energy) return;
    if (this.#anchor && holds(energy, this.#anchor)) return;
    this.#anchor = holds(energy, today) ? today : energy.start.slice(0, 10);
  }

  /** The period of another length that keeps the day in sight. */
  ofKind(kind: Kind): Promise<string> {
    this.keepAnchor();
    return this.#around(kind, this.#anchor ?? this.#shown.today);
  }

  ofDate(date: string): Promise<string> {
    this.#anchor = date;
    return this.#around(this.#shown.kind === 'all' ? 'day' : this.#shown.kind, date);
  }

  /** The address of the neighbour. */
  neighbour(direction: -1 | 1): string | null {
    const { energy } = this.#shown;
    const to = direction < 0 ? energy?.previous : energy?.next;
    return to ? this.#byItsWord(to) : null;
  }

  /** Whether there may be one: before the answer, wherever time has gone on. */
  mayHaveNeighbour(direction: -1 | 1): boolean {
    const { energy, kind, period } = this.#shown;
    if (energy) return this.neighbour(direction) !== null;
    return kind !== 'all' && (direction < 0 || period !== CURRENT[kind]);
  }

  /** The period that a bar is; null where there is nothing to go into. */
  into(slot: number): string | null {
    const { energy } = this.#shown;
    const start = energy?.buckets.start[slot];
    if (!energy || start === undefined) return null;
    const period = bucketPeriod(energy, start);
    if (period === null) return null;
    this.#anchor = null;
    return this.#byItsWord(period);
  }

  async #around(kind: Kind, anchor: string): Promise<string> {
    if (anchor === this.#shown.today) return CURRENT[kind];
    if (kind !== 'week') return this.#byItsWord(periodOf(kind, anchor));
    await this.#app.books.want(anchor);
    const week = this.#weekOf(anchor);
    return week === null ? CURRENT.week : this.#byItsWord(week);
  }

  /** Of a day that was asked for before. */
  #weekOf(date: string): string | null {
    return this.#app.books.entry(date).energy?.week ?? null;
  }

  /** The running period goes by its word, so that it stays the running one. */
  #byItsWord(period: string): string {
    const kind = kindOf(period);
    const { today } = this.#shown;
    const running = kind === 'week' ? this.#weekOf(today) : periodOf(kind, today);
    return period === running ? CURRENT[kind] : period;
  }
}
