/** Answers of money: shown from memory at once, and asked anew. */
import { SvelteMap } from 'svelte/reactivity';
import type { Bill, Cost, Prices } from '../lib/wire';
import { Failed, Refused, type ApiClient } from './apiClient.svelte';
import type { App } from './app.svelte';
import { keep, kept } from './storage';

export interface Asked<T> {
  answer: T | null;
  /** The server's last answer was none: "in-future", "failed"; null while all is well. */
  fault: string | null;
}

const NOTHING: Asked<never> = { answer: null, fault: null };
const MOST = 60;
/** What Now opens with, also without a network. */
const KEPT = ['/prices/today', '/prices/tomorrow', '/cost/today', '/cost/yesterday'];

export class Costs {
  #answers = new SvelteMap<string, Asked<unknown>>();
  #asking = new Map<string, Promise<void>>();
  #api: ApiClient;

  constructor(api: ApiClient) {
    this.#api = api;
    for (const path of KEPT) {
      const answer = kept<unknown>(`money${path}`);
      if (answer !== null) this.#answers.set(path, { answer, fault: null });
    }
  }

  cost(period: string, tariff: string | null = null): Asked<Cost> {
    return this.#of(costPath(period, tariff));
  }

  prices(day: string): Asked<Prices> {
    return this.#of(`/prices/${day}`);
  }

  bill(month: string): Asked<Bill> {
    return this.#of(`/bill/${month}`);
  }

  /** Also what is over, while the last answer is shown: prices come late, and are corrected. */
  askCost(period: string, tariff: string | null = null): Promise<void> {
    return this.ask(costPath(period, tariff));
  }

  ask(path: string): Promise<void> {
    const running = this.#asking.get(path);
    if (running) return running;
    const asking = this.#ask(path).finally(() => this.#asking.delete(path));
    this.#asking.set(path, asking);
    return asking;
  }

  #of<T>(path: string): Asked<T> {
    return (this.#answers.get(path) as Asked<T> | undefined) ?? NOTHING;
  }

  async #ask(path: string): Promise<void> {
    try {
      const answer = await this.#api.json<unknown>(path);
      this.#answers.delete(path);
      this.#answers.set(path, { answer, fault: null });
      if (KEPT.includes(path)) keep(`money${path}`, answer);
    } catch (error) {
      if (error instanceof Refused) return;
      const fault = error instanceof Failed ? error.why : 'unreachable';
      this.#answers.set(path, { ...this.#of(path), fault });
    }
    for (const name of this.#answers.keys()) {
      if (this.#answers.size <= MOST) break;
      this.#answers.delete(name);
    }
  }
}

/** Whether it still grows by itself: its time is not over, or lacks minutes or prices. */
export const isGrowing = ({ next, totals }: Cost): boolean =>
  next === null || totals.coverage_pct < 100 || (totals.priced_pct ?? 100) < 100;

export const costPath = (period: string, tariff: string | null): string =>
  `/cost/${period}${tariff === null ? '' : `?tariff=${encodeURIComponent(tariff)}`}`;

const known = new WeakMap<ApiClient, Costs>();

/** Those of the app; made with the first part that shows money. */
export function costsOf({ api }: App): Costs {
  const costs = known.get(api) ?? new Costs(api);
  known.set(api, costs);
  return costs;
}
