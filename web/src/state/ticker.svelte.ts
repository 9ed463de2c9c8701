/** The phone's clock, once a second while somebody looks: what ages are counted by. */
export class Ticker {
  now_ms = $state(Date.now());
  #timer: ReturnType<typeof setInterval> | undefined;

  start(): void {
    this.stop();
    this.now_ms = Date.now();
    this.#timer = setInterval(() => {
      this.now_ms = Date.now();
    }, 1000);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
