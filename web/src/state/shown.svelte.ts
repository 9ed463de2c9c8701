/** What History shows: the period of the address, as all of the home or one of its flows alone has it. */
import { balanceRows, type BalanceRow } from '../lib/balance';
import { fetchingOf, isBeingFetched } from '../lib/fetching';
import { gapsIn } from '../lib/gaps';
import { loadsOf } from '../lib/loads';
import { ownView } from '../lib/ownview';
import { isRunning, kindOf, type Kind } from '../lib/period';
import * as read from '../lib/reading';
import { presentIn, rolesOf, rolesOfAsked, type Asked } from '../lib/shape';
import { metersOf } from '../lib/sources';
import * as time from '../lib/time';
import type { Energy } from '../lib/wire';
import type { App } from './app.svelte';

const MINUTE_MS = 60_000;

export class Shown {
  #app: App;
  #always: string | null;

  /** `always`: a period that is shown whatever the address says. */
  constructor(app: App, always: string | null) {
    this.#app = app;
    this.#always = always;
  }

  readonly period = $derived.by(() => {
    const { route } = this.#app.router;
    return this.#always ?? (route.screen === 'history' ? route.period : 'today');
  });
  /** What alone is shown; null for everything. */
  readonly asked: Asked | null = $derived.by(() => {
    const { route } = this.#app.router;
    return this.#always === null && route.screen === 'history' ? (route.of ?? null) : null;
  });
  readonly kind: Kind = $derived(kindOf(this.period));
  readonly entry = $derived.by(() => this.#app.books.entry(this.period));
  readonly measured = $derived.by(() =>
    rolesOf(this.#app.house.site?.meters ?? this.#app.live.power?.meters),
  );
  /** What was not there yet is absent in a period before it. */
  readonly roles = $derived.by(() => {
    const roles = rolesOfAsked(this.asked, this.measured);
    return roles.only || !this.entry.energy ? roles : presentIn(this.entry.energy.totals, roles);
  });
  readonly energy = $derived.by(() => this.answerOf(this.period));
  readonly running = $derived(this.energy !== null && isRunning(this.energy));
  readonly meters = $derived.by(() => metersOf(this.#app.house.meters?.meters, this.roles));

  /** The answer to a question, as what is shown has it. */
  answerOf(question: string): Energy | null {
    const { energy } = this.#app.books.entry(question);
    return energy && ownView(energy, this.roles.only);
  }

  /** What is shown is what was last had, and may have changed. */
  readonly isOfEarlier = $derived.by(
    () => this.energy !== null && (this.entry.old || this.entry.fault !== null),
  );
  /** The moment up to which the picture goes: now, or when it was last had. */
  readonly now_ms = $derived.by(() =>
    this.isOfEarlier
      ? this.entry.saved_ms
      : Math.floor(this.#app.ticker.now_ms / MINUTE_MS) * MINUTE_MS,
  );
  readonly now = $derived.by(() =>
    time.homeNow(this.now_ms, this.energy?.time_zone ?? this.#app.house.site?.time_zone ?? 'UTC'),
  );
  get today(): string {
    return this.now.slice(0, 10);
  }

  readonly rows: readonly BalanceRow[] = $derived.by(() =>
    balanceRows(this.energy?.totals ?? null, this.roles, this.#app.preferences.style),
  );
  /** The parts of the home, beside all of it or beside the home alone. */
  readonly loads = $derived.by(() => {
    const { words, style } = this.#app.preferences;
    const isOfHome = this.roles.only === undefined || this.roles.only === 'home';
    return this.energy && isOfHome ? loadsOf(this.energy, words, style) : [];
  });

  readonly gaps = $derived.by(() => (this.energy ? gapsIn(this.energy, this.meters) : []));
  /** What of it the meters still have, to be fetched. */
  readonly fetched = $derived.by(() => this.gaps.filter(isBeingFetched));
  readonly fetching = $derived.by(() =>
    this.isOfEarlier
      ? null
      : fetchingOf(this.meters, this.#app.ticker.now_ms, this.#app.house.mostToFetch),
  );
  readonly subtitle = $derived.by(() => {
    const { energy, fetching, gaps, now, now_ms } = this;
    const { words, style, locale } = this.#app.preferences;
    const begin = read.beginText(this.meters);
    return energy
      ? read.worth({ energy, words, style, locale, now, now_ms, begin, gaps, fetching })
      : '';
  });
}
