import type { Energy, MinuteBooked, Power } from '../lib/wire';

const API = '/api/v1';
/** The stream speaks at every polling tick and comments every 15 s; longer silence is a dead connection. */
const SILENCE_MS = 30_000;
const RETRY_MS = 3_000;
/** "Today" changes at midnight even when nothing is booked. */
const REFRESH_MS = 60_000;

export type Connection = 'connecting' | 'open' | 'gone' | 'token needed' | 'refused';

/** What the server last said: the power of every tick, and today's energy whenever minutes were booked. */
export class Server {
  power = $state.raw<Power | null>(null);
  today = $state.raw<Energy | null>(null);
  bookedTo = $state<string | null>(null);
  connection = $state<Connection>('connecting');

  #stream: EventSource | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #refresh: ReturnType<typeof setInterval> | undefined;

  open(): void {
    this.#listen();
    void this.#askToday();
    this.#refresh = setInterval(() => void this.#askToday(), REFRESH_MS);
  }

  close(): void {
    clearInterval(this.#refresh);
    clearTimeout(this.#retry);
    this.#hangUp();
  }

  #listen(): void {
    this.#hangUp();
    const stream = new EventSource(`${API}/power/stream`);
    this.#stream = stream;
    this.#watch();
    stream.addEventListener('open', () => {
      this.#watch();
      // Minutes may have been booked while nobody listened.
      if (this.connection !== 'connecting') void this.#askToday();
    });
    stream.addEventListener('power', (event: MessageEvent<string>) => {
      this.#watch();
      this.connection = 'open';
      this.power = JSON.parse(event.data) as Power;
    });
    stream.addEventListener('minute', (event: MessageEvent<string>) => {
      this.#watch();
      this.bookedTo = (JSON.parse(event.data) as MinuteBooked).booked_to;
      void this.#askToday();
    });
    stream.addEventListener('error', () => void this.#lost());
  }

  /** The browser does not tell why a stream failed; a plain question does. */
  async #lost(): Promise<void> {
    this.#hangUp();
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => {
      this.#listen();
    }, RETRY_MS);
    const status = await fetch(`${API}/site`).then(
      (answer) => answer.status,
      () => null,
    );
    this.connection = status === 401 ? 'token needed' : status === 403 ? 'refused' : 'gone';
  }

  async #askToday(): Promise<void> {
    try {
      const answer = await fetch(`${API}/energy/today`);
      if (answer.ok) this.today = (await answer.json()) as Energy;
    } catch {
      // The stream notices a server that is gone, and tells; what was known stays.
    }
  }

  #watch(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => void this.#lost(), SILENCE_MS);
  }

  #hangUp(): void {
    clearTimeout(this.#silence);
    this.#stream?.close();
    this.#stream = undefined;
  }
}
