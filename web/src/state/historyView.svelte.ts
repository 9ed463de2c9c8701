/** One look into the books: the period of the address, its picture, and what a finger reads of it. */
import { balanceRows, type BalanceRow } from '../lib/balance';
import { barPicture } from '../lib/chart/bars';
import type { Hole, Picture } from '../lib/chart/picture';
import { MINUTES_BELOW_MS, powerPicture } from '../lib/chart/power';
import { comparison, type Comparison, type Within } from '../lib/compare';
import { blanksBefore, daysOf, monthsOf, type Cell } from '../lib/calendar';
import { factsOf, yearBefore, type Fact } from '../lib/facts';
import { fetchingOf, isBeingFetched } from '../lib/fetching';
import { energy as energyText } from '../lib/format';
import { ENERGY, FLOW, type Flow } from '../lib/kinds';
import { rolesOf, rolesOfFlow, shapeOf } from '../lib/shape';
import { gapsIn } from '../lib/gaps';
import {
  CURRENT,
  bucketPeriod,
  holds,
  isRunning,
  kindOf,
  periodOf,
  type Kind,
} from '../lib/period';
import * as read from '../lib/reading';
import { together } from '../lib/signal';
import * as time from '../lib/time';
import type { App } from './app.svelte';
import type { Energy } from '../lib/wire';
import { minutesBetween } from './books.svelte';

const HOUR_MS = 3_600_000;
const READING_STAYS_MS = 2_000;

export class HistoryView {
  scrubbed = $state<number | null>(null);
  /** Part of a day, while pinched. */
  view = $state.raw<Hole | null>(null);
  /** The view once the fingers rest: what minutes are asked for. */
  #settled = $state.raw<Hole | null>(null);
  /** The day that a change of the period's length keeps in sight. */
  #anchor: string | null = null;
  #release: ReturnType<typeof setTimeout> | undefined;
  #app: App;
  #always: string | null;

  /** `always`: a period that is shown whatever the address says. */
  constructor(app: App, always: string | null = null) {
    this.#app = app;
    this.#always = always;
  }

  readonly period = $derived.by(() => {
    const { route } = this.#app.router;
    return this.#always ?? (route.screen === 'history' ? route.period : 'today');
  });
  /** What alone is shown; null for everything. */
  readonly flow: Flow | null = $derived.by(() => {
    const { route } = this.#app.router;
    return this.#always === null && route.screen === 'history' ? (route.of ?? null) : null;
  });
  readonly kind: Kind = $derived(kindOf(this.period));
  readonly entry = $derived.by(() => this.#app.books.entry(this.period));
  readonly energy = $derived(this.entry.energy);
  readonly running = $derived(this.energy !== null && isRunning(this.energy));
  readonly measured = $derived.by(() =>
    rolesOf(this.#app.house.site?.meters ?? this.#app.live.power?.meters),
  );
  readonly roles = $derived.by(() => rolesOfFlow(this.flow, this.measured));
  readonly meters = $derived.by(() => this.#app.house.meters?.meters);
  readonly #before = $derived.by(() => {
    const previous = this.energy?.previous;
    return previous ? this.#app.books.entry(previous).energy : null;
  });
  /** Whether the period before it is on its way. */
  readonly awaitsBefore = $derived.by(() => {
    const { energy, entry } = this;
    if (energy === null) return this.kind !== 'all' && entry.fault === null;
    const before = energy.previous === null ? null : this.#app.books.entry(energy.previous);
    if (before?.energy) return this.compared === null && this.#partsAwaited.length > 0;
    return before !== null && before.fault === null;
  });
  /** What is shown is what was last had, and may have changed. */
  readonly isOfEarlier = $derived.by(
    () => this.energy !== null && (this.entry.old || this.entry.fault !== null),
  );
  /** The moment up to which the picture goes: now, or when it was last had. */
  readonly #now_ms = $derived.by(() =>
    this.isOfEarlier ? this.entry.saved_ms : Math.floor(this.#app.ticker.now_ms / 60_000) * 60_000,
  );
  readonly now = $derived.by(() =>
    time.homeNow(this.#now_ms, this.energy?.time_zone ?? this.#app.house.site?.time_zone ?? 'UTC'),
  );

  readonly rows: readonly BalanceRow[] = $derived.by(() =>
    balanceRows(this.energy?.totals ?? null, this.roles, this.#app.preferences.style),
  );
  readonly compared: Comparison | null = $derived.by(() => {
    const { words, locale } = this.#app.preferences;
    // What still grows is compared with nothing.
    if (!this.energy || !this.#before || this.fetched.length) return null;
    if (gapsIn(this.#before, this.meters).some(isBeingFetched)) return null;
    return comparison(this.energy, this.#before, words, locale, this.#within);
  });
  /** Parts of earlier periods, for a comparison with as much of them as passed of this one. */
  get #within(): Within {
    const { books } = this.#app;
    return { now: this.now, answerOf: (period) => books.entry(period).energy };
  }
  /** Those that are not here yet. */
  get #partsAwaited(): readonly string[] {
    const { books, preferences } = this.#app;
    const { words, locale } = preferences;
    const awaited: string[] = [];
    const answerOf = (period: string): Energy | null => {
      const { energy, fault } = books.entry(period);
      if (!energy && !fault) awaited.push(period);
      return energy;
    };
    for (const before of [this.#before, this.#yearAgo]) {
      if (!this.energy || !before) continue;
      comparison(this.energy, before, words, locale, { now: this.now, answerOf });
    }
    return awaited;
  }
  readonly subtitle = $derived.by(() => {
    const { energy, now } = this;
    const { words, style, locale } = this.#app.preferences;
    const begin = read.beginText(this.meters);
    const now_ms = this.#now_ms;
    const { fetching, gaps } = this;
    const sighting = { energy, words, style, locale, now, now_ms, begin, gaps, fetching };
    return energy ? read.worth({ ...sighting, energy }) : '';
  });
  readonly gaps = $derived.by(() => (this.energy ? gapsIn(this.energy, this.meters) : []));
  /** What of it the meters still have, to be fetched. */
  readonly fetched = $derived.by(() => this.gaps.filter(isBeingFetched));
  readonly fetching = $derived.by(() =>
    this.isOfEarlier
      ? null
      : fetchingOf(this.meters, this.#app.ticker.now_ms, this.#app.house.mostToFetch),
  );

  readonly #yearAgo = $derived.by(() => this.#app.books.entry(this.#yearAgoText ?? '').energy);
  /** The same period a year before, where the books go back so far. */
  get #yearAgoText(): string | null {
    const text = yearBefore(this.energy?.period ?? null);
    const begin = read.beginText(this.meters);
    return text !== null && begin !== null && begin.slice(0, 4) <= text.slice(0, 4) ? text : null;
  }
  readonly facts: readonly Fact[] = $derived.by(() => {
    if (!this.energy || this.fetched.length) return [];
    return factsOf(this.energy, this.#yearAgo, this.roles, this.#app.preferences, this.#within);
  });

  /** The year around what is shown: its months, to go to. */
  readonly months = $derived.by((): readonly Cell[] => {
    const year = this.energy ? this.#app.books.entry(this.#yearText).energy : null;
    const { locale, words } = this.#app.preferences;
    if (!year || !this.meters) return [];
    return monthsOf(year, this.meters, this.#now_ms, words, locale, this.#monthValues(year));
  });
  /** Where no days stand below the months there is room for what each sums up to. */
  #monthValues(year: Energy): readonly string[] {
    if (this.#monthText !== null) return [];
    const { energy } = FLOW[shapeOf(this.roles).lead];
    return year.buckets[ENERGY[energy].column].map((wh) => {
      const { value, unit } = energyText(wh, this.#app.preferences.style);
      return unit ? `${value}\u00a0${unit}` : '';
    });
  }
  get #yearText(): string {
    return (this.#anchorDay ?? this.#today).slice(0, 4);
  }
  /** The days of the month around what is shown, where that is a day, a week or a month. */
  readonly days = $derived.by(() => {
    const month = this.#monthText === null ? null : this.#app.books.entry(this.#monthText).energy;
    const { locale, words } = this.#app.preferences;
    if (!month || !this.meters) return null;
    const cells = daysOf(month, this.meters, this.#now_ms, words, locale);
    return { cells, blanks: blanksBefore(month), title: time.monthYear(month.start, locale) };
  });
  get #monthText(): string | null {
    return this.kind === 'year' || this.kind === 'all'
      ? null
      : (this.#anchorDay ?? this.#today).slice(0, 7);
  }
  /** Today where it is in sight, else the first day that is. */
  get #anchorDay(): string | null {
    const { energy } = this;
    if (!energy) return null;
    return holds(energy, this.#today) ? this.#today : energy.start.slice(0, 10);
  }
  get year(): string {
    return this.#yearText;
  }

  /** Asks for what there is to go to. Call in an effect where it is shown. */
  followCalendar(): void {
    if (!this.energy) return;
    this.#app.books.prefetch(this.#yearText);
    this.#app.books.prefetch(this.#monthText);
  }

  readonly #minutes = $derived.by(() => {
    const settled = this.#settled;
    if (!settled || settled.to - settled.from >= MINUTES_BELOW_MS) return null;
    const from = Math.floor(settled.from / HOUR_MS) * HOUR_MS;
    return minutesBetween(from, Math.ceil(settled.to / HOUR_MS) * HOUR_MS);
  });

  readonly picture: Picture | null = $derived.by(() => {
    const { energy, roles } = this;
    const { locale, style } = this.#app.preferences;
    if (!energy) return null;
    const begin_ms = read.beginOf(this.meters);
    const now_ms = this.#now_ms;
    const fetched = this.fetched.map(({ start, end }) => ({
      from: Date.parse(start),
      to: Date.parse(end),
    }));
    if (this.kind !== 'day') {
      return barPicture({ energy, begin_ms, fetched, roles, locale, style, now_ms });
    }
    return powerPicture({
      day: energy,
      minutes: this.#minutes === null ? null : this.#app.books.entry(this.#minutes).energy,
      before: this.#before,
      view: this.view,
      now_ms,
      begin_ms,
      fetched,
      roles,
      locale,
    });
  });

  /** Asks for what is shown and, after it, for what may be shown next. Call in an effect. */
  async follow(): Promise<void> {
    const { books, house } = this.#app;
    const { period } = this;
    await books.want(period);
    const energy = books.entry(period).energy;
    if (!energy || period !== this.period) return;
    this.#keepAnchor();
    books.prefetch(energy.previous);
    books.prefetch(energy.next);
    books.prefetch(this.#yearAgoText);
    if (energy.totals.coverage_pct < 100 && !house.meters) void house.askMeters();
  }

  /** Asks anew when the books may have grown, until the function that comes back is called. */
  keepFresh(): () => void {
    const { books, house, live, ticker } = this.#app;
    const again = (): void => {
      if (live.link !== 'open') return;
      const { fault, old } = this.entry;
      if (this.running || this.fetched.length || fault || old) void books.askAnew(this.period);
      void house.askMeters();
    };
    // What is being fetched grows with each word of the meters, and is asked for once more when it is all there.
    let wasFetched = this.fetched.length > 0;
    const grown = (): void => {
      const isFetched = this.fetched.length > 0;
      if ((isFetched || wasFetched) && live.link === 'open') void books.askAnew(this.period);
      wasFetched = isFetched;
    };
    return together(
      live.connected.on(again),
      live.minuteBooked.on(again),
      ticker.minute.on(again),
      house.metersHeard.on(grown),
    );
  }

  /** Asks for the parts of days and periods that are shown or compared with. Call in an effect. */
  followParts(): void {
    if (this.#minutes !== null) this.#app.books.prefetch(this.#minutes);
    for (const period of this.#partsAwaited) this.#app.books.prefetch(period);
  }

  #keepAnchor(): void {
    const { energy } = this;
    if (!energy) return;
    const today = this.now.slice(0, 10);
    if (this.#anchor && holds(energy, this.#anchor)) return;
    this.#anchor = holds(energy, today) ? today : energy.start.slice(0, 10);
  }

  /** The period of another length that keeps the day in sight. */
  ofKind(kind: Kind): Promise<string> {
    this.#keepAnchor();
    return this.#around(kind, this.#anchor ?? this.#today);
  }

  async #around(kind: Kind, anchor: string): Promise<string> {
    if (anchor === this.#today) return CURRENT[kind];
    if (kind !== 'week') return this.#byItsWord(periodOf(kind, anchor));
    await this.#app.books.want(anchor);
    const week = this.#weekOf(anchor);
    return week === null ? CURRENT.week : this.#byItsWord(week);
  }

  get #today(): string {
    return this.now.slice(0, 10);
  }

  /** Of a day that was asked for before. */
  #weekOf(date: string): string | null {
    return this.#app.books.entry(date).energy?.week ?? null;
  }

  /** The running period goes by its word, so that it stays the running one. */
  #byItsWord(period: string): string {
    const kind = kindOf(period);
    const running = kind === 'week' ? this.#weekOf(this.#today) : periodOf(kind, this.#today);
    return period === running ? CURRENT[kind] : period;
  }

  ofDate(date: string): Promise<string> {
    this.#anchor = date;
    return this.#around(this.kind === 'all' ? 'day' : this.kind, date);
  }

  /** The address of the neighbour. */
  neighbour(direction: -1 | 1): string | null {
    const to = direction < 0 ? this.energy?.previous : this.energy?.next;
    return to ? this.#byItsWord(to) : null;
  }

  /** The period that a bar is; null where there is nothing to go into. */
  into(slot: number): string | null {
    const start = this.energy?.buckets.start[slot];
    if (!this.energy || start === undefined) return null;
    const period = bucketPeriod(this.energy, start);
    if (period === null) return null;
    this.#anchor = null;
    return this.#byItsWord(period);
  }

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
