/** The picture of what is shown, the part of a day that is pinched out of it, and the slot that a finger reads. */
import { barPicture } from '../lib/chart/bars';
import type { Hole, Picture } from '../lib/chart/picture';
import { MINUTES_BELOW_MS, powerPicture } from '../lib/chart/power';
import { beginOf } from '../lib/reading';
import type { App } from './app.svelte';
import { minutesBetween } from './books.svelte';
import type { Compared } from './compared.svelte';
import type { Shown } from './shown.svelte';

const HOUR_MS = 3_600_000;
const READING_STAYS_MS = 2_000;

export class Reading {
  scrubbed = $state<number | null>(null);
  /** Part of a day, while pinched. */
  view = $state.raw<Hole | null>(null);
  /** The view once the fingers rest: what minutes are asked for. */
  #settled = $state.raw<Hole | null>(null);
  #release: ReturnType<typeof setTimeout> | undefined;
  #app: App;
  #shown: Shown;
  #compared: Compared;

  constructor(app: App, shown: Shown, compared: Compared) {
    this.#app = app;
    this.#shown = shown;
    this.#compared = compared;
  }

  /** The question for the minutes of what is pinched. */
  readonly minutes = $derived.by(() => {
    const settled = this.#settled;
    if (!settled || settled.to - settled.from >= MINUTES_BELOW_MS) return null;
    const from = Math.floor(settled.from / HOUR_MS) * HOUR_MS;
    return minutesBetween(from, Math.ceil(settled.to / HOUR_MS) * HOUR_MS);
  });

  readonly picture: Picture | null = $derived.by(() => {
    const { energy, kind, meters, now_ms, roles } = this.#shown;
    const { locale, style } = this.#app.preferences;
    if (!energy) return null;
    const begin_ms = beginOf(meters);
    const fetched = this.#shown.fetched.map(({ start, end }) => ({
      from: Date.parse(start),
      to: Date.parse(end),
    }));
    if (kind !== 'day') {
      return barPicture({ energy, begin_ms, fetched, roles, locale, style, now_ms });
    }
    return powerPicture({
      day: energy,
      minutes: this.minutes === null ? null : this.#shown.answerOf(this.minutes),
      before: this.#compared.before,
      view: this.view,
      now_ms,
      begin_ms,
      fetched,
      roles,
      locale,
    });
  });

  /** Values stay for 2 s after the finger is gone. */
  scrub(slot: number | null, stays = true): void {
    clearTimeout(this.#release);
    if (slot !== null) this.scrubbed = slot;
    else if (stays) {
      this.#release = setTimeout(() => {
        this.scrubbed = null;
      }, READING_STAYS_MS);
    } else this.scrubbed = null;
  }

  zoom(view: Hole | null, done: boolean): void {
    this.view = view;
    if (view === null || done) this.#settled = view;
  }

  /** Another period is shown: nothing read or pinched of the last one stays. */
  reset(): void {
    this.scrub(null, false);
    this.view = null;
    this.#settled = null;
  }
}
