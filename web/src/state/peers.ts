/**
 * Where a browser has no worker that its tabs share: one of them has the stream, and tells the others.
 *
 * A browser gives a server six connections, so that the seventh window with a stream of its own would get no answer
 * to any question. Whoever wants a line asks around first, and asks for itself when nobody answers.
 */
import { keptName } from '../lib/base';
import { steady_ms } from '../lib/clock';
import type { ServerEvent } from '../lib/events';

type Said =
  { say: 'who has a line?' } | { say: 'event'; event: ServerEvent | null } | { say: 'ended' };

/** How long the others have to answer; not the same for all, so that not all ask the server at once. */
const PATIENCE_MS = 250;
const SPREAD_MS = 500;

export class Peers {
  readonly #channel: BroadcastChannel;
  /** The newest event of each kind, for who asks later; null while this tab has no line. */
  #newest: Map<string, ServerEvent> | null = null;
  #heard: ((said: Said) => void) | null = null;

  constructor() {
    this.#channel = new BroadcastChannel(keptName('line'));
    this.#channel.onmessage = ({ data }: MessageEvent<Said>) => {
      if (data.say === 'who has a line?') this.#answer();
      else this.#heard?.(data);
    };
  }

  /** This tab has a line from now on. */
  hold(): void {
    this.#newest = new Map();
    this.tell(null);
  }

  tell(event: ServerEvent | null): void {
    if (event) this.#newest?.set(event.name, event);
    this.#say({ say: 'event', event });
  }

  /** It has none any more. */
  release(): void {
    this.#newest = null;
    this.#say({ say: 'ended' });
  }

  /** What another tab hears, until it ends; nothing where none answers. */
  async *listen(signal: AbortSignal): AsyncGenerator<ServerEvent | null, void> {
    const came: Said[] = [];
    let wake: () => void = () => undefined;
    this.#heard = (said) => {
      came.push(said);
      wake();
    };
    const stop = (): void => {
      came.push({ say: 'ended' });
      wake();
    };
    signal.addEventListener('abort', stop);
    const patience = setTimeout(stop, PATIENCE_MS + (steady_ms() % 1) * SPREAD_MS);
    this.#say({ say: 'who has a line?' });
    try {
      for (;;) {
        const said = came.shift();
        if (said?.say === 'ended') return;
        if (said?.say === 'event') {
          clearTimeout(patience);
          yield said.event;
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    } finally {
      clearTimeout(patience);
      signal.removeEventListener('abort', stop);
      this.#heard = null;
    }
  }

  #answer(): void {
    if (!this.#newest) return;
    this.tell(null);
    for (const event of this.#newest.values()) this.#say({ say: 'event', event });
  }

  #say(said: Said): void {
    this.#channel.postMessage(said);
  }
}
