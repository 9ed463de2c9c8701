/** Which meter saw the kettle: the one whose power jumped, and by far the most. */

/** A kettle takes 1.5 kW and more; what comes and goes by itself is mostly less. */
const LEAST_W = 800;
/** The next one moves less than half as much. */
const CLEAR = 2;

export interface Jump {
  mac: string;
  /** Below zero where its power fell. */
  by_w: number;
}

/** What was seen of each meter since somebody began to watch. The first clear jump counts, also once it is over. */
export class Watched {
  #first_w = new Map<string, number>();
  #now_w = new Map<string, number>();
  #jump: Jump | null = null;

  /** The power of all meters at one moment; null where it is not known. */
  see(powers_w: ReadonlyMap<string, number | null>): void {
    for (const [mac, power_w] of powers_w) {
      if (power_w === null) continue;
      if (!this.#first_w.has(mac)) this.#first_w.set(mac, power_w);
      this.#now_w.set(mac, power_w);
    }
    this.#jump ??= this.#clearest();
  }

  get jump(): Jump | null {
    return this.#jump;
  }

  #clearest(): Jump | null {
    const moved = [...this.#now_w].map(([mac, now_w]) => ({
      mac,
      by_w: now_w - (this.#first_w.get(mac) ?? now_w),
    }));
    const [most, next] = moved.sort((one, other) => Math.abs(other.by_w) - Math.abs(one.by_w));
    if (!most || Math.abs(most.by_w) < LEAST_W) return null;
    return !next || Math.abs(most.by_w) >= CLEAR * Math.abs(next.by_w) ? most : null;
  }
}
