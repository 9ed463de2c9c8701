/** The server's time, once a second while somebody looks: what ages are counted by, and which day today is. */
import { Signal } from '../lib/signal';
import { datedNow_ms, ServerClock } from '../lib/clock';
import { keep, kept } from './storage';

const MINUTE_MS = 60_000;
/** A difference this small is the line's. */
const SMALL_MS = 1_000;

const minuteOf = (at_ms: number): number => Math.floor(at_ms / MINUTE_MS);

export class Ticker {
  #kept_ms = kept<number>('clock-ahead');
  #clock = new ServerClock(this.#kept_ms);
  now_ms = $state(this.#clock.now_ms());
  /** The clock came to another minute. */
  readonly minute = new Signal();
  #timer: ReturnType<typeof setInterval> | undefined;

  start(): void {
    this.stop();
    this.#tick();
    this.#timer = setInterval(this.#tick, 1000);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Now to the millisecond, for what has to be remembered. */
  moment_ms(): number {
    return this.#clock.now_ms();
  }

  /** The server said in its stream what time it is. */
  heard(server_ms: number): void {
    this.#clock.heard(server_ms);
    this.#catchUp();
    const ahead_ms = Math.round(this.#clock.ahead_ms());
    if (this.#kept_ms !== null && Math.abs(ahead_ms - this.#kept_ms) <= SMALL_MS) return;
    this.#kept_ms = ahead_ms;
    keep('clock-ahead', ahead_ms);
  }

  /** An answer came. */
  answered(headers: Headers): void {
    const dated_ms = datedNow_ms(headers);
    if (dated_ms === null) return;
    this.#clock.dated(dated_ms);
    this.#catchUp();
  }

  #tick = (): void => {
    const before_ms = this.now_ms;
    this.now_ms = this.#clock.now_ms();
    if (minuteOf(before_ms) !== minuteOf(this.now_ms)) this.minute.emit();
  };

  /** On a phone whose clock is off the first word of the server moves the time by hours, and not a second later. */
  #catchUp(): void {
    if (Math.abs(this.#clock.now_ms() - this.now_ms) > SMALL_MS) this.#tick();
  }
}
