/** The line to the server on which the stream comes: one for all tabs where the browser can share it. */
import { API, Unreachable, type ApiClient } from './apiClient.svelte';
import { addressOf } from '../lib/base';
import { steady_ms } from '../lib/clock';
import { eventsOf, type ServerEvent } from '../lib/events';
import { Ages, streamRequest, type FromHub, type FromTab, type Wish } from '../lib/hub';
import { waiting } from '../lib/waiting';
import { Peers } from './peers';

/** What came: null for a mere sign of life; `age_ms` is how long ago it reached this browser. */
export interface Heard {
  event: ServerEvent | null;
  age_ms: number;
}

const STREAM = '/power/stream';
/** A worker that does not answer for so long is none. */
const PATIENCE_MS = 4_000;
const HERE_EVERY_MS = 5_000;

export class Line {
  #api: ApiClient;
  /** The other tabs, where no worker is shared. */
  #peers: Peers | null = null;

  constructor(api: ApiClient) {
    this.#api = api;
  }

  /** Yields what the server says until it ends. Raises Refused, Unreachable or Failed. */
  async *listen(dead_ms: number, signal: AbortSignal): AsyncGenerator<Heard, void> {
    // Without a network a tab tries for itself: whether it has one, each is told, and the worker is not.
    if (navigator.onLine) {
      const shared = this.#shared(dead_ms, signal);
      const { value } = await shared.next();
      if (value === 'joined') {
        yield* shared as AsyncGenerator<Heard, void>;
        return;
      }
    }
    // A browser may know or allow no such worker, or its code may be gone with an older version of the app.
    if (!signal.aborted) yield* this.#own(signal);
  }

  /** Yields 'joined' first; ends before it where there is no such worker. */
  async *#shared(dead_ms: number, signal: AbortSignal): AsyncGenerator<Heard | 'joined', void> {
    const heard = new Inbox<FromHub | 'none'>();
    const port = portOf(() => {
      heard.put('none');
    });
    if (!port) return;
    const say = (message: FromTab): void => {
      port.postMessage(message);
    };
    const goodbye = (): void => {
      say({ say: 'leave' });
      heard.put('none');
    };
    signal.addEventListener('abort', goodbye);
    port.onmessage = ({ data }: MessageEvent<FromHub>) => {
      heard.put(data);
    };
    const url = new URL(addressOf(API + STREAM), location.href).href;
    const wish: Wish = { url, token: this.#api.token, dead_ms };
    say({ say: 'join', wish });
    const patience = setTimeout(() => {
      heard.put('none');
    }, PATIENCE_MS);
    const ages = new Ages();
    let said_ms = steady_ms();
    try {
      for (;;) {
        const message = await heard.next();
        if (message === 'none') return;
        clearTimeout(patience);
        if (message.say === 'joined') {
          ages.of(message.now_ms, message.now_ms, steady_ms());
          yield 'joined';
        } else if (message.say === 'event') {
          if (steady_ms() - said_ms > HERE_EVERY_MS) {
            say({ say: 'here' });
            said_ms = steady_ms();
          }
          this.#api.letIn();
          const age_ms = ages.of(message.came_ms, message.now_ms, steady_ms());
          yield { event: message.event, age_ms };
        } else if (message.say === 'refused') throw this.#api.refusedBy(message.refusal);
        else throw new Unreachable(message.why);
      }
    } finally {
      clearTimeout(patience);
      signal.removeEventListener('abort', goodbye);
      say({ say: 'leave' });
      port.close();
    }
  }

  /** What another tab hears, where one has a line; else a line of this tab's own, of which it tells the others. */
  async *#own(signal: AbortSignal): AsyncGenerator<Heard, void> {
    const peers = 'BroadcastChannel' in globalThis ? (this.#peers ??= new Peers()) : null;
    let isServed = false;
    if (peers && navigator.onLine) {
      for await (const event of peers.listen(signal)) {
        isServed = true;
        yield { event, age_ms: 0 };
      }
    }
    if (isServed || signal.aborted) return;
    const answer = await this.#api.fetch(STREAM, streamRequest(null, signal));
    if (!answer.body) return;
    // Not before the server answers: what is promised to the others is there.
    peers?.hold();
    try {
      for await (const event of eventsOf(answer.body)) {
        peers?.tell(event);
        yield { event, age_ms: 0 };
      }
    } finally {
      peers?.release();
    }
  }
}

/** Null where the browser has no such worker to give. */
function portOf(onfailed: () => void): MessagePort | null {
  try {
    const worker =
      waiting.laidLine ??
      new SharedWorker(new URL('../sharer.ts', import.meta.url), { type: 'module' });
    // Its port is closed with the line: the next one is another.
    delete waiting.laidLine;
    worker.onerror = onfailed;
    return worker.port;
  } catch {
    return null;
  }
}

/** What comes while nobody waits for it is kept, in order. */
class Inbox<T> {
  #came: T[] = [];
  #wake: (() => void) | null = null;

  put(item: T): void {
    this.#came.push(item);
    this.#wake?.();
  }

  async next(): Promise<T> {
    for (;;) {
      const [item] = this.#came;
      if (item !== undefined) {
        this.#came.shift();
        return item;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
