/** A period in money: its cost, the one before it, the same under another table, and where a running month leads. */
import { bandOf, type Band, type DayCost } from '../lib/cost/forecast';
import { kindOf } from '../lib/period';
import type { Cost } from '../lib/wire';
import type { App } from './app.svelte';
import { costsOf, isGrowing, type Costs } from './costs.svelte';

const DAY_MS = 86_400_000;

export class MoneyView {
  #app: App;
  #costs: Costs;
  #period: () => string;

  constructor(app: App, period: () => string) {
    this.#app = app;
    this.#costs = costsOf(app);
    this.#period = period;
  }

  readonly tariff = $derived.by(() => this.#app.house.site?.tariff ?? null);
  readonly period = $derived.by(() => this.#period());
  readonly #asked = $derived.by(() => this.#costs.cost(this.period));
  readonly cost: Cost | null = $derived.by(() => this.#asked.answer);
  readonly fault = $derived.by(() => this.#asked.fault);
  readonly isMonth = $derived.by(() => kindOf(this.period) === 'month');
  readonly isRunningMonth = $derived.by(() => this.isMonth && this.cost?.next === null);
  readonly previous = $derived.by(() => this.#cost(this.cost?.previous ?? null));
  /** Other tables say something of a month and of what is longer: fees are in it. */
  readonly others = $derived.by(() =>
    ['month', 'year', 'all'].includes(kindOf(this.period)) ? (this.tariff?.compare ?? []) : [],
  );
  readonly other = $derived.by(() => {
    const name = this.others[0];
    return name === undefined ? null : this.#costs.cost(this.period, name).answer;
  });

  /** What the running month will come to. */
  readonly band: Band | null = $derived.by(() => {
    const { cost, previous } = this;
    if (!this.isRunningMonth || !cost || cost.totals.total_cost === null) return null;
    const today = this.#app.homeNow.slice(0, 10);
    const days = [...daysOf(previous), ...daysOf(cost)].filter(({ date }) => date < today);
    const { dates, left } = aheadIn(cost, this.#app.ticker.now_ms);
    return bandOf(cost.totals.total_cost, days, dates, left);
  });

  #cost(period: string | null): Cost | null {
    return period === null ? null : this.#costs.cost(period).answer;
  }

  /** Asks for what is shown. Call in an effect. */
  follow(): void {
    void this.#costs.askCost(this.period);
    for (const name of this.others.slice(0, 1)) void this.#costs.askCost(this.period, name);
  }

  /** Asks for what it is compared with. */
  followMore(): void {
    const previous = this.cost?.previous;
    if (previous) void this.#costs.askCost(previous);
  }

  /** Asks anew for what still grows, and for what it is held against. */
  again(): void {
    if (this.cost && isGrowing(this.cost)) this.follow();
  }
}

/** What the energy of each day came to; fees are in no day. */
export function daysOf(cost: Cost | null): DayCost[] {
  if (cost?.resolution !== 'day') return [];
  return cost.buckets.start.flatMap((start, i) => {
    const total = cost.buckets.total_cost[i] ?? null;
    return total === null ? [] : [{ date: start.slice(0, 10), cost: total }];
  });
}

/** The dates of a running month from today on, by its answer's own edges, and how much of today is left. */
export function aheadIn(cost: Cost, now_ms: number): { dates: string[]; left: number } {
  const last = cost.buckets.start[cost.buckets.start.length - 1];
  if (last === undefined) return { dates: [], left: 0 };
  const begun_ms = Date.parse(last);
  const count = Math.max(1, Math.round((Date.parse(cost.end) - begun_ms) / DAY_MS));
  const first_ms = Date.parse(`${last.slice(0, 10)}T00:00:00Z`);
  const dates = Array.from({ length: count }, (_, i) =>
    new Date(first_ms + i * DAY_MS).toISOString().slice(0, 10),
  );
  const left = 1 - Math.min(1, Math.max(0, (now_ms - begun_ms) / DAY_MS));
  return { dates, left };
}
