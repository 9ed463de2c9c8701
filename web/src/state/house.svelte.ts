/** What the server says of the home and its meters, besides power and energy. */
import type { AuditOfPeriod, Meters, Site } from '../lib/wire';
import type { Door } from './ask.svelte';
import { keep, kept } from './storage';

export class House {
  site = $state.raw<Site | null>(kept<Site>('site'));
  meters = $state.raw<Meters | null>(kept<Meters>('meters'));
  audit = $state.raw<AuditOfPeriod | null>(kept<AuditOfPeriod>('audit'));
  /** Whether the last question of meters and audit was answered. */
  answered = $state(true);
  #door: Door;

  constructor(door: Door) {
    this.#door = door;
  }

  async askSite(): Promise<void> {
    try {
      this.site = await this.#door.json<Site>('/site');
      keep('site', this.site);
    } catch {
      // The last known stays; the stream tells that the server is gone.
    }
  }

  async askMeters(): Promise<void> {
    try {
      this.meters = await this.#door.json<Meters>('/meters');
      keep('meters', this.meters);
      this.answered = true;
    } catch {
      this.answered = false;
    }
  }

  async askAudit(): Promise<void> {
    try {
      this.audit = await this.#door.json<AuditOfPeriod>('/audit?period=all');
      keep('audit', this.audit);
    } catch {
      // As above.
    }
  }
}
