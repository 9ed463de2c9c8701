/** Answers of energy: shown from memory at once, asked anew where they may have changed. */
import { SvelteMap } from 'svelte/reactivity';
import { whenIdle } from '../lib/idle';
import type { Energy } from '../lib/wire';
import { Failed, Refused, type ApiClient } from './apiClient.svelte';
import { cacheAnswer, cachedAnswer } from './cache';
import type { Ticker } from './ticker.svelte';

export type Fault = 'unreachable' | 'future' | 'unknown' | 'busy' | 'failed';

export interface Entry {
  energy: Energy | null;
  /** When the phone got it, ms since the epoch by the server's clock. */
  saved_ms: number;
  /** From an earlier visit, not from the server now. */
  old: boolean;
  fault: Fault | null;
}

const NONE: Entry = { energy: null, saved_ms: 0, old: true, fault: null };
const MOST = 80;
const A_MOMENT_MS = 1_000;
/** How long a slow phone may be on its way from the first question to the stream; minutes that are booked are told. */
export const WHILE_CONNECTING_MS = 5_000;

/** A whole period by its text, or part of a day in minutes. */
export type Question = string;

export const minutesBetween = (from_ms: number, to_ms: number): Question =>
  `?${new URLSearchParams({
    from: new Date(from_ms).toISOString(),
    to: new Date(to_ms).toISOString(),
    resolution: 'minute',
  }).toString()}`;

/** Whether an answer can't change any more. */
export const isClosed = (energy: Energy): boolean =>
  energy.next !== null && energy.totals.coverage_pct >= 100;

export class Books {
  #entries = new SvelteMap<Question, Entry>();
  #asking = new Map<Question, Promise<void>>();
  /** Answers of a home that counted otherwise. */
  readonly #doubted = new Set<Question>();
  #api: ApiClient;
  #ticker: Ticker;

  constructor(api: ApiClient, ticker: Ticker) {
    this.#api = api;
    this.#ticker = ticker;
  }

  entry(question: Question): Entry {
    return this.#entries.get(question) ?? NONE;
  }

  /** Sees to it that the answer is here, and as new as it can be. */
  want(question: Question): Promise<void> {
    const { energy, old } = this.entry(question);
    if (energy && !old && isClosed(energy) && !this.#doubted.has(question)) {
      return Promise.resolve();
    }
    return this.ask(question);
  }

  /** Only what is not here, or doubted: for neighbours that may be wanted next. */
  prefetch(question: Question | null): void {
    if (question === null) return;
    if (!this.#entries.has(question) || this.#doubted.has(question)) void this.ask(question);
  }

  /** The home counts otherwise from now on, also what is over: all is to be asked for anew. */
  doubt(): void {
    for (const question of this.#entries.keys()) this.#doubted.add(question);
  }

  /** Asks, unless it was answered a moment ago: several reasons to ask come together at the start. */
  askAnew(question: Question, moment_ms = A_MOMENT_MS): Promise<void> {
    const { fault, old, saved_ms } = this.entry(question);
    const isNew = !old && !fault && Math.abs(this.#ticker.moment_ms() - saved_ms) < moment_ms;
    return isNew ? Promise.resolve() : this.ask(question);
  }

  ask(question: Question): Promise<void> {
    const running = this.#asking.get(question);
    if (running) return running;
    const asking = this.#ask(question).finally(() => this.#asking.delete(question));
    this.#asking.set(question, asking);
    return asking;
  }

  async #ask(question: Question): Promise<void> {
    const cached = this.#entries.has(question) ? null : cachedAnswer(question);
    const answer = this.#api.json<Energy>(
      `/energy${question.startsWith('?') ? '' : '/'}${question}`,
    );
    // Whichever is there first is shown; the server's has the last word.
    void cached?.then((kept) => {
      if (kept && !this.#entries.get(question)?.energy) {
        const fault = this.#entries.get(question)?.fault ?? null;
        this.#entries.set(question, { ...kept, old: true, fault });
      }
    });
    try {
      this.#take(question, await answer);
    } catch (error) {
      if (error instanceof Refused) return;
      this.#entries.set(question, { ...this.entry(question), fault: faultOf(error) });
    }
  }

  #take(question: Question, energy: Energy): void {
    const before = this.entry(question).energy?.period;
    // What 'today' was is over by now, and was last had while it was not.
    if (before && before !== energy.period) this.#entries.delete(before);
    const saved_ms = this.#ticker.moment_ms();
    const entry = { energy, saved_ms, old: false, fault: null };
    // "today" and its date are one answer under two names.
    const names = new Set([question, energy.period ?? question]);
    for (const name of names) {
      this.#entries.delete(name);
      this.#entries.set(name, entry);
      this.#doubted.delete(name);
      if (name.startsWith('?')) continue;
      whenIdle(() => void cacheAnswer(name, { energy, saved_ms }));
    }
    for (const name of this.#entries.keys()) {
      if (this.#entries.size <= MOST) break;
      this.#entries.delete(name);
      this.#doubted.delete(name);
    }
  }
}

function faultOf(error: unknown): Fault {
  if (!(error instanceof Failed)) return 'unreachable';
  switch (error.why) {
    case 'in-future':
      return 'future';
    case 'no-such-period':
      return 'unknown';
    case 'busy':
      return 'busy';
    default:
      return 'failed';
  }
}
