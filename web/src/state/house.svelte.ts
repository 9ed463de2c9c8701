/** What the server says of the home and its meters, besides power and energy. */
import { steady_ms } from '../lib/clock';
import { mostOf, type Most } from '../lib/fetching';
import { Signal } from '../lib/signal';
import type { AuditOfPeriod, Meters, Site } from '../lib/wire';
import type { ApiClient } from './apiClient.svelte';
import { keep, kept } from './storage';

const JUST_NOW_MS = 5_000;

/** By what all energy is counted, in all years. */
const countedBy = ({ time_zone, netting, meters }: Site): string =>
  JSON.stringify([time_zone, netting, meters]);

export class House {
  site = $state.raw<Site | null>(kept<Site>('site'));
  meters = $state.raw<Meters | null>(kept<Meters>('meters'));
  audit = $state.raw<AuditOfPeriod | null>(kept<AuditOfPeriod>('audit'));
  /** What fetching is measured by, also over a restart of the server. */
  mostToFetch = $state.raw<Most>(kept<Most>('most-to-fetch') ?? {});
  /** Whether there is an audit, or was one asked for in vain. */
  audited = $state(this.audit !== null);
  /** Whether the last question of meters and audit was answered. */
  answered = $state(true);
  /** The server told of its meters. */
  readonly metersHeard = new Signal();
  /** Its settings were changed: what is over has other sums than before. */
  readonly countsOtherwise = new Signal();
  #api: ApiClient;
  #siteAsked: Promise<void> | null = null;
  #siteHad_ms = -Infinity;
  #metersAsked: Promise<void> | null = null;
  #metersHad_ms = -Infinity;

  constructor(api: ApiClient) {
    this.#api = api;
  }

  /** The home and its meters, unless the server told them just now. */
  async askAnew(): Promise<void> {
    const since_ms = steady_ms() - JUST_NOW_MS;
    await Promise.all([
      this.#siteHad_ms < since_ms ? this.askSite() : null,
      this.#metersHad_ms < since_ms ? this.askMeters() : null,
    ]);
  }

  askSite(): Promise<void> {
    this.#siteAsked ??= this.#askSite().finally(() => (this.#siteAsked = null));
    return this.#siteAsked;
  }

  askMeters(): Promise<void> {
    this.#metersAsked ??= this.#askMeters().finally(() => (this.#metersAsked = null));
    return this.#metersAsked;
  }

  async #askSite(): Promise<void> {
    try {
      const [before, now] = [this.site, await this.#api.json<Site>('/site')];
      this.site = now;
      this.#siteHad_ms = steady_ms();
      keep('site', now);
      if (before && countedBy(before) !== countedBy(now)) this.countsOtherwise.emit();
    } catch {
      // The last known stays; the stream tells that the server is gone.
    }
  }

  async #askMeters(): Promise<void> {
    try {
      this.meters = await this.#api.json<Meters>('/meters');
      this.mostToFetch = mostOf(this.mostToFetch, this.meters.meters);
      keep('most-to-fetch', this.mostToFetch);
      this.#metersHad_ms = steady_ms();
      keep('meters', this.meters);
      this.answered = true;
      this.metersHeard.emit();
    } catch {
      this.answered = false;
    }
  }

  async askAudit(): Promise<void> {
    try {
      this.audit = await this.#api.json<AuditOfPeriod>('/audit?period=all');
      keep('audit', this.audit);
    } catch {
      // As above.
    }
    this.audited = true;
  }
}
