/** The power as it flows: an event stream that comes back by itself, and what was last known. */
import { grown, joined, pointOf, thinned, type Point } from '../lib/curve';
import { steady_ms } from '../lib/clock';
import type { ServerEvent } from '../lib/events';
import type { Denial, Link } from '../lib/now';
import { NOTHING_KNOWN, remember, rememberRecent, type Known } from '../lib/known';
import { Signal } from '../lib/signal';
import type { Power, RecentPower } from '../lib/wire';
import { Failed, Refused, type ApiClient } from './apiClient.svelte';
import { Line } from './line';
import { keep, kept } from './storage';
import type { Ticker } from './ticker.svelte';

/** The server speaks at every polling tick; after so long a silence the line is dead. */
const SILENCE_MS = 6_000;
const PAUSES_MS = [300, 1_000, 2_000, 4_000, 8_000, 15_000];
/** A page that nobody sees hangs up after so long. */
const UNSEEN_MS = 30_000;
const KEEP_EVERY_MS = 10_000;
const KEEP_EVERY_NTH = 4;

const DENIALS: Partial<Record<Failed['why'], Denial>> = {
  busy: 'busy',
  'no-home': 'homeless',
  'too-many-tries': 'tries',
  barred: 'barred',
};

const denialOf = (error: unknown): Denial | null =>
  error instanceof Failed ? (DENIALS[error.why] ?? 'failed') : null;

interface Memory {
  power: Power;
  known: Known;
  points: Point[];
  received_ms: number;
  booked_to: string | null;
}

/** Whether minutes are booked further than was known. */
const isLater = (to: string, known: string | null): boolean =>
  known === null || Date.parse(to) > Date.parse(known);

export class Live {
  power = $state.raw<Power | null>(null);
  known = $state.raw<Known>(NOTHING_KNOWN);
  points = $state.raw<readonly Point[]>([]);
  /** RFC 3339: up to when minutes are booked. */
  bookedTo = $state<string | null>(null);
  link = $state<Link>('connecting');
  /** Whether the phone has a network at all. */
  isOnline = $state(navigator.onLine);
  /** Why the server answers without a stream; null where it gives one, or does not answer. */
  denial = $state<Denial | null>(null);
  /** When the last values came, by the server's clock; null before any. */
  received_ms = $state<number | null>(null);
  /** When the next attempt is made; null while one is under way. */
  retryAt_ms = $state<number | null>(null);
  /** The server speaks again: what hangs on it asks anew. */
  readonly connected = new Signal();
  /** Minutes are booked further than before. */
  readonly minuteBooked = new Signal();

  #api: ApiClient;
  #line: Line;
  #ticker: Ticker;
  #closed = true;
  /** The same as `bookedTo`, heard in this visit: what was kept from the last may be of another store. */
  #bookedSince: string | null = null;
  #abort = new AbortController();
  #wake: (() => void) | null = null;
  #kept_ms = -Infinity;
  #heard_ms = -Infinity;
  #silence_ms = SILENCE_MS;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #unseen: ReturnType<typeof setTimeout> | undefined;

  constructor(api: ApiClient, ticker: Ticker) {
    this.#api = api;
    this.#line = new Line(api);
    this.#ticker = ticker;
    const memory = kept<Memory>('last');
    if (!memory) return;
    this.power = memory.power;
    // What an earlier version kept may lack a part.
    this.known = { ...NOTHING_KNOWN, ...memory.known };
    this.points = memory.points;
    this.received_ms = memory.received_ms;
    this.bookedTo = memory.booked_to;
  }

  /** How long the server may be silent: three of its own polling intervals, 6 s at least. */
  expectEvery(poll_interval_s: number): void {
    this.#silence_ms = Math.max(SILENCE_MS, 3_000 * poll_interval_s);
  }

  /** After so long a silence another line is wanted by whoever comes back to the page. */
  get #dead_ms(): number {
    return this.#silence_ms / 2;
  }

  open(): void {
    if (!this.#closed) return;
    this.#closed = false;
    document.addEventListener('visibilitychange', this.#seen);
    addEventListener('online', this.#lineBack);
    addEventListener('offline', this.#lineGone);
    addEventListener('pagehide', this.#keep);
    void this.#goOn();
  }

  close(): void {
    this.#closed = true;
    document.removeEventListener('visibilitychange', this.#seen);
    removeEventListener('online', this.#lineBack);
    removeEventListener('offline', this.#lineGone);
    removeEventListener('pagehide', this.#keep);
    this.#abort.abort();
    this.#wake?.();
  }

  /** Ends a pause, and a line that has been silent for longer than it should. */
  tryNow = (): void => {
    this.#wake?.();
    if (steady_ms() - this.#heard_ms > this.#dead_ms) this.#abort.abort();
  };

  #lineBack = (): void => {
    this.isOnline = true;
    this.tryNow();
  };

  #lineGone = (): void => {
    this.isOnline = false;
    this.#abort.abort();
  };

  #seen = (): void => {
    clearTimeout(this.#unseen);
    if (document.visibilityState === 'visible') {
      this.tryNow();
      return;
    }
    this.#keep();
    this.#unseen = setTimeout(() => {
      this.#abort.abort();
    }, UNSEEN_MS);
  };

  async #goOn(): Promise<void> {
    let failures = 0;
    // A tab that was opened in the background asks for nothing until somebody looks.
    if (document.visibilityState !== 'visible') await this.#pause(0);
    while (!this.#closed) {
      this.retryAt_ms = null;
      try {
        await this.#listen(() => {
          failures = 0;
        });
      } catch (error) {
        if (error instanceof Refused) this.link = 'lost';
        this.denial = denialOf(error);
      }
      failures += 1;
      this.link = failures > 1 || !this.isOnline ? 'lost' : 'connecting';
      await this.#pause(PAUSES_MS[Math.min(failures, PAUSES_MS.length) - 1] ?? 0);
    }
  }

  async #pause(ms: number): Promise<void> {
    if (this.#closed) return;
    this.retryAt_ms = this.#ticker.moment_ms() + ms;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      // Nobody looks, or the token is wrong and will be tomorrow: wait until somebody does something about it.
      const isWrongToken = this.#api.refused && this.#api.token !== null;
      if (document.visibilityState === 'visible' && !isWrongToken) setTimeout(resolve, ms);
    });
    this.#wake = null;
  }

  async #listen(opened: () => void): Promise<void> {
    const abort = (this.#abort = new AbortController());
    try {
      this.#watch(abort);
      let isFirst = true;
      for await (const heard of this.#line.listen(this.#dead_ms, abort.signal)) {
        if (isFirst) void this.#catchUp(abort.signal);
        isFirst = false;
        opened();
        this.#heard_ms = steady_ms() - heard.age_ms;
        this.#watch(abort);
        if (heard.event) this.#hear(heard.event, heard.age_ms);
      }
    } finally {
      clearTimeout(this.#silence);
      abort.abort();
    }
  }

  #watch(abort: AbortController): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => {
      abort.abort();
    }, this.#silence_ms);
  }

  #hear({ name, data }: ServerEvent, age_ms: number): void {
    if (name === 'minute') this.booked((JSON.parse(data) as { booked_to: string }).booked_to);
    if (name !== 'power') return;
    const power = JSON.parse(data) as Power;
    this.#ticker.heard(Date.parse(power.at) + age_ms);
    this.power = power;
    this.known = remember(this.known, power);
    this.points = grown(this.points, pointOf(power));
    this.received_ms = this.#ticker.moment_ms() - age_ms;
    if (this.link !== 'open') {
      this.link = 'open';
      this.denial = null;
      this.connected.emit();
    }
    if (steady_ms() - this.#kept_ms > KEEP_EVERY_MS) this.#keep();
  }

  /** Minutes are booked up to there: forwards only, also when older ones are booked late. */
  booked(to: string | null): void {
    if (to === null || !isLater(to, this.#bookedSince)) return;
    this.#bookedSince = to;
    this.bookedTo = to;
    this.minuteBooked.emit();
  }

  /** What flowed before, or while nobody listened. */
  async #catchUp(signal: AbortSignal): Promise<void> {
    try {
      const answer = await this.#api.fetch('/power/recent?seconds=900', { signal });
      const recent = (await answer.json()) as RecentPower;
      this.points = joined(this.points, recent);
      this.known = rememberRecent(this.known, recent);
    } catch {
      // The stream notices what is wrong, and tells.
    }
  }

  #keep = (): void => {
    if (!this.power || this.received_ms === null) return;
    this.#kept_ms = steady_ms();
    const memory: Memory = {
      power: this.power,
      known: this.known,
      points: thinned(this.points, KEEP_EVERY_NTH),
      received_ms: this.received_ms,
      booked_to: this.bookedTo,
    };
    keep('last', memory);
  };
}
