/** What Now shows of money: the price of this quarter-hour with those around it, and what today came to. */
import { quarterAt, quartersOf, type Quarter } from '../lib/cost/prices';
import { hasOwnSource, rolesOf } from '../lib/shape';
import { together } from '../lib/signal';
import type { App } from './app.svelte';
import { costsOf, isGrowing, type Costs } from './costs.svelte';

const PRICES_EVERY_MS = 600_000;

export class MoneyNow {
  #app: App;
  #costs: Costs;
  #prices_ms = -Infinity;

  constructor(app: App) {
    this.#app = app;
    this.#costs = costsOf(app);
  }

  readonly tariff = $derived.by(() => this.#app.house.site?.tariff ?? null);
  /** Of today and as much as is known of tomorrow. */
  readonly quarters: readonly Quarter[] = $derived.by(() => {
    const today = this.#app.homeNow.slice(0, 10);
    const answers = [this.#costs.prices('today').answer, this.#costs.prices('tomorrow').answer];
    return quartersOf(answers.filter((one) => one !== null && one.period >= today));
  });
  readonly now_ms = $derived.by(() => this.#app.ticker.now_ms);
  readonly quarter: Quarter | null = $derived.by(() => quarterAt(this.quarters, this.now_ms));
  /** Whether the market's prices of tomorrow are still to come. */
  readonly awaitsTomorrow = $derived.by(() => {
    const last = this.quarters[this.quarters.length - 1];
    const today = this.#app.homeNow.slice(0, 10);
    return this.tariff?.has_spot === true && last?.start.slice(0, 10) === today;
  });

  readonly today = $derived.by(() => this.#costOf('today'));
  readonly hasOwn = $derived.by(() => hasOwnSource(rolesOf(this.#app.house.site?.meters)));
  readonly yesterday = $derived.by(() => this.#costOf('yesterday'));
  readonly peak = $derived.by(() => this.#app.live.power?.peak ?? null);

  /** One that was kept from another day says nothing of this one. */
  #costOf(day: 'today' | 'yesterday') {
    const { answer } = this.#costs.cost(day);
    const today = this.#app.homeNow.slice(0, 10);
    const isOfIt = (day === 'today' ? answer?.period : answer?.next) === today;
    return isOfIt ? answer : null;
  }

  /** Asks now, and for as long as the function that comes back is not called. */
  keepFresh(): () => void {
    const { live, ticker } = this.#app;
    const askCost = (): void => {
      if (live.link === 'lost') return;
      void this.#costs.askCost('today');
      if (!this.yesterday || isGrowing(this.yesterday)) void this.#costs.askCost('yesterday');
    };
    const askPrices = (): void => {
      if (live.link === 'lost') return;
      this.#prices_ms = ticker.now_ms;
      void this.#costs.ask('/prices/today');
      void this.#costs.ask('/prices/tomorrow');
    };
    const askAll = (): void => {
      askCost();
      askPrices();
    };
    askAll();
    return together(
      live.connected.on(askAll),
      live.minuteBooked.on(askCost),
      ticker.minute.on(() => {
        if (ticker.now_ms - this.#prices_ms >= PRICES_EVERY_MS) askPrices();
      }),
    );
  }
}
