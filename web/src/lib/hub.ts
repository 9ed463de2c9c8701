/**
 * One stream for all tabs of a browser: a browser gives a server six connections, and each tab would keep one.
 *
 * The hub runs in a shared worker. A tab joins, hears what the server says as if the line were its own, and says now
 * and then that it is still there: a tab that was closed or froze does not say goodbye.
 */
import { steady_ms } from './clock';
import { eventsOf, type ServerEvent } from './events';
import { isFromApi, refusalOf, type Refusal } from './problems';

/** A tab that said nothing for so long is gone, or frozen. */
export const GONE_MS = 30_000;

export interface Wish {
  /** The address of the stream. */
  url: string;
  token: string | null;
  /** A stream that was silent for so long is dead: another is wanted. */
  dead_ms: number;
}

export type FromTab = { say: 'join'; wish: Wish } | { say: 'here' } | { say: 'leave' };

export type FromHub =
  /** By the hub's steady clock, as are all its times. */
  | { say: 'joined'; now_ms: number }
  /** `event` is null for a mere sign of life; it came at `came_ms`. */
  | { say: 'event'; event: ServerEvent | null; came_ms: number; now_ms: number }
  | { say: 'refused'; refusal: Refusal }
  | { say: 'ended'; why: string };

/** A tab as the hub sees it. */
export interface Tab {
  say: (message: FromHub) => void;
}

interface Heard {
  event: ServerEvent;
  at_ms: number;
}

/** One stream and who listens. */
class Shared {
  readonly tabs = new Map<Tab, number>();
  readonly #abort = new AbortController();
  readonly #now_ms: () => number;
  /** The newest event of each kind, for who comes later. */
  readonly #newest = new Map<string, Heard>();
  #heard_ms: number;

  constructor(now_ms: () => number) {
    this.#now_ms = now_ms;
    this.#heard_ms = now_ms();
  }

  isDead(dead_ms: number): boolean {
    return this.#now_ms() - this.#heard_ms > dead_ms;
  }

  add(tab: Tab): void {
    this.here(tab);
    const now_ms = this.#now_ms();
    tab.say({ say: 'joined', now_ms });
    for (const { event, at_ms } of this.#newest.values()) {
      tab.say({ say: 'event', event, came_ms: at_ms, now_ms });
    }
  }

  here(tab: Tab): void {
    this.tabs.set(tab, this.#now_ms());
  }

  /** Until the server, the line or the last tab ends it. */
  async run(wish: Wish): Promise<void> {
    try {
      const answer = await fetch(wish.url, streamRequest(wish.token, this.#abort.signal));
      if (!isFromApi(answer)) {
        this.#tell({ say: 'refused', refusal: await refusalOf(answer) });
        return;
      }
      if (answer.body) for await (const event of eventsOf(answer.body)) this.#hear(event);
      this.#tell({ say: 'ended', why: 'the server ended it' });
    } catch (error) {
      this.#tell({ say: 'ended', why: String(error) });
    }
  }

  end(): void {
    this.#abort.abort();
  }

  #hear(event: ServerEvent | null): void {
    const now_ms = (this.#heard_ms = this.#now_ms());
    if (event) this.#newest.set(event.name, { event, at_ms: now_ms });
    for (const [tab, said_ms] of this.tabs) {
      if (now_ms - said_ms > GONE_MS) this.tabs.delete(tab);
    }
    if (this.tabs.size === 0) this.end();
    this.#tell({ say: 'event', event, came_ms: now_ms, now_ms });
  }

  #tell(message: FromHub): void {
    for (const tab of this.tabs.keys()) tab.say(message);
  }
}

export class Hub {
  /** By address and token. */
  readonly #streams = new Map<string, Shared>();
  readonly #now_ms: () => number;

  constructor(now_ms: () => number = steady_ms) {
    this.#now_ms = now_ms;
  }

  hear(tab: Tab, message: FromTab): void {
    if (message.say === 'join') this.#join(tab, message.wish);
    else if (message.say === 'leave') this.#leave(tab);
    else for (const shared of this.#streams.values()) if (shared.tabs.has(tab)) shared.here(tab);
  }

  #join(tab: Tab, wish: Wish): void {
    this.#leave(tab);
    const key = JSON.stringify([wish.url, wish.token]);
    const running = this.#streams.get(key);
    if (running && !running.isDead(wish.dead_ms)) {
      running.add(tab);
      return;
    }
    running?.end();
    const shared = new Shared(this.#now_ms);
    this.#streams.set(key, shared);
    shared.add(tab);
    void shared.run(wish).finally(() => {
      if (this.#streams.get(key) === shared) this.#streams.delete(key);
    });
  }

  #leave(tab: Tab): void {
    for (const [key, shared] of this.#streams) {
      if (!shared.tabs.delete(tab) || shared.tabs.size > 0) continue;
      shared.end();
      this.#streams.delete(key);
    }
  }
}

/**
 * How old what comes from the hub is when the tab hears it: a tab that was frozen finds old values in its mailbox.
 * The message that was fastest tells by how much the steady clocks of the two differ.
 */
export class Ages {
  #ahead_ms = Infinity;

  /** Milliseconds since it came to this browser; `now_ms` is the tab's, `said_ms` the hub's when it said so. */
  of(came_ms: number, said_ms: number, now_ms: number): number {
    this.#ahead_ms = Math.min(this.#ahead_ms, now_ms - said_ms);
    return Math.max(0, now_ms - this.#ahead_ms - came_ms);
  }
}

/** How the stream is asked for, in a tab as in the hub. */
export function streamRequest(token: string | null, signal: AbortSignal): RequestInit {
  return {
    headers: token ? { Authorization: `Bearer ${token}` } : {},
    signal,
    cache: 'no-store',
    // It has no end, so no browser should take the page to be loading because of it.
    priority: 'low',
  };
}
