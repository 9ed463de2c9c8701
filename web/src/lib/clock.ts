/**
 * The one place where time is asked for.
 *
 * A phone's clock may be hours off, and the home's time is the server's: `ServerClock` goes by what the server last
 * said. Spans of time are counted by a clock that nobody sets.
 */

/** Milliseconds since some moment; only differences mean something. */
export const steady_ms = (): number => performance.now();

/** What this device takes the time to be, ms since the epoch. */
export interface DeviceClock {
  wall_ms: () => number;
  steady_ms: () => number;
}

const DEVICE: DeviceClock = { wall_ms: () => Date.now(), steady_ms };

export class ServerClock {
  #device: DeviceClock;
  #server_ms: number;
  #wall_ms: number;
  #steady_ms: number;
  #isMet: boolean;

  /** `ahead_ms`: by how much the server's clock was ahead of this device's when they last met; null before. */
  constructor(ahead_ms: number | null = null, device: DeviceClock = DEVICE) {
    this.#device = device;
    this.#isMet = ahead_ms !== null;
    this.#wall_ms = device.wall_ms();
    this.#steady_ms = device.steady_ms();
    this.#server_ms = this.#wall_ms + (ahead_ms ?? 0);
  }

  /** The server's time now, ms since the epoch. */
  now_ms(): number {
    const { wall_ms, steady_ms } = this.#device;
    // In many a browser the steady clock stands still while the device sleeps; the other may be set back.
    const passed_ms = Math.max(wall_ms() - this.#wall_ms, steady_ms() - this.#steady_ms);
    return this.#server_ms + passed_ms;
  }

  /** By how much the server's clock is ahead of this device's. */
  ahead_ms(): number {
    return this.now_ms() - this.#device.wall_ms();
  }

  /** The server said so just now, in the stream. */
  heard(server_ms: number): void {
    if (!Number.isFinite(server_ms)) return;
    this.#set(server_ms);
    this.#isMet = true;
  }

  /** An answer was dated so: a guess before they first met, since a proxy may date it by a clock of its own. */
  dated(server_ms: number): void {
    if (Number.isFinite(server_ms) && !this.#isMet) this.#set(server_ms);
  }

  #set(server_ms: number): void {
    this.#server_ms = server_ms;
    this.#wall_ms = this.#device.wall_ms();
    this.#steady_ms = this.#device.steady_ms();
  }
}

/** When the server wrote this answer, ms; null where a cache may have kept it since. */
export function datedNow_ms(headers: Headers): number | null {
  const kept = headers.get('Cache-Control') ?? '';
  if (!/no-(?:store|cache)/.test(kept)) return null;
  const at_ms = Date.parse(headers.get('Date') ?? '');
  return Number.isNaN(at_ms) ? null : at_ms;
}
