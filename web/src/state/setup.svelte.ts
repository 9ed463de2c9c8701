/** Setting a home up: what the server knows of it, asked once a second, and what this phone answers. */
import { addressOf } from '../lib/base';
import type { Setup, SetupAnswers } from '../lib/wire';
import { API, Failed, Refused, Unreachable, type ApiClient } from './apiClient.svelte';
import { keep } from './storage';

const EVERY_MS = 1_000;
const PATIENCE_MS = 30_000;
/** For the books of years, sent and looked through. */
const LONG_MS = 1_800_000;
const GONE_AFTER = 3;
const SLOW_MS = 60_000;
const JSON_HEADERS = { 'Content-Type': 'application/json' };

export type Stage = 'asking' | 'code' | 'steps' | 'starting';

/** The zone that the phone is in. */
const zoneHere = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

export class SetupState {
  stage = $state<Stage>('asking');
  now = $state.raw<Setup | null>(null);
  /** The server did not answer the last question. */
  isGone = $state(false);
  /** After a start that takes too long. */
  isSlow = $state(false);
  #api: ApiClient;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #slow: ReturnType<typeof setTimeout> | undefined;

  #leave: (address?: string) => void;
  /** Questions in a row, after the start, to which nobody answered here. */
  #unanswered = 0;

  /** `leave` shows the app in this page's place, or another address. */
  constructor(api: ApiClient, leave: (address?: string) => void = toApp) {
    this.#api = api;
    this.#leave = leave;
  }

  /** Where the server will be, with HTTPS. */
  get secureAddress(): string {
    return `https://${location.host}${addressOf('/')}`;
  }

  open(): void {
    void this.#askAgain();
  }

  close(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#slow);
  }

  /** Raises Failed, Unreachable, Refused. */
  async enter(code: string, device: string, homeName: string): Promise<void> {
    this.now = await this.#change<Setup>('POST', '/setup/enter', { code, device });
    await this.#proposeOwn(homeName);
    this.stage = 'steps';
    await this.look();
  }

  /** What the phone knows of the home; a zone that the server lacks stays what it was. */
  async #proposeOwn(homeName: string): Promise<void> {
    if (this.now?.step !== 'meters' || this.now.meters.length > 0) return;
    for (const own of [{ name: homeName }, { time_zone: zoneHere() }]) {
      try {
        await this.answer(own);
      } catch (error) {
        if (!(error instanceof Failed)) throw error;
      }
    }
  }

  async look(): Promise<void> {
    this.now = await this.#change<Setup>('POST', '/setup/look', null);
  }

  async answer(answers: SetupAnswers): Promise<void> {
    this.now = await this.#change<Setup>('PATCH', '/setup', answers);
  }

  async add(address: string, password = ''): Promise<void> {
    await this.#change('POST', '/setup/meters', { address, password });
    await this.#ask();
  }

  async forget(mac: string): Promise<void> {
    await this.#fetch('DELETE', `/setup/meters/${encodeURIComponent(mac)}`, null);
    await this.#ask();
  }

  /** A backup, as a file; what it holds is in `now`. Raises Failed, Unreachable, Refused. */
  async bringBackup(file: Blob): Promise<void> {
    const answer = await this.#api.fetch('/setup/backup', {
      method: 'PUT',
      headers: { 'Content-Type': 'application/octet-stream' },
      body: file,
      signal: AbortSignal.timeout(LONG_MS),
    });
    this.now = (await answer.json()) as Setup;
  }

  async leaveBackup(): Promise<void> {
    await this.#fetch('DELETE', '/setup/backup', null);
    await this.#ask();
  }

  async preview(): Promise<{ path: string; text: string }> {
    return this.#api.json('/setup/settings');
  }

  /** Writes the settings, and leads to the home once it is read. */
  async start(): Promise<void> {
    await this.#begin('/setup/start');
  }

  /** The same with the settings that the backup brings. */
  async restore(): Promise<void> {
    await this.#begin('/setup/restore');
  }

  async #begin(path: string): Promise<void> {
    await this.#fetch('POST', path, null, LONG_MS);
    keep('admitted', true);
    this.stage = 'starting';
    this.#slow = setTimeout(() => (this.isSlow = true), SLOW_MS);
  }

  async #change<T>(method: string, path: string, body: unknown): Promise<T> {
    const answer = await this.#fetch(method, path, body);
    return (await answer.json()) as T;
  }

  #fetch(
    method: string,
    path: string,
    body: unknown,
    patience_ms = PATIENCE_MS,
  ): Promise<Response> {
    const signal = AbortSignal.timeout(patience_ms);
    const text = body === null ? null : JSON.stringify(body);
    return this.#api.fetch(path, { method, headers: JSON_HEADERS, body: text, signal });
  }

  #askAgain = async (): Promise<void> => {
    if (this.stage === 'starting') await this.#arrive();
    else if (this.stage !== 'code' && document.visibilityState === 'visible') await this.#ask();
    this.#timer = setTimeout(() => void this.#askAgain(), EVERY_MS);
  };

  async #ask(): Promise<void> {
    try {
      this.now = await this.#api.json<Setup>('/setup');
      this.isGone = false;
      if (this.stage === 'asking') this.stage = 'steps';
    } catch (error) {
      this.isGone = error instanceof Unreachable;
      if (error instanceof Refused) await this.#strange();
      else if (error instanceof Failed && error.type === '/problems/set-up') this.#leave();
    }
  }

  /** The server does not know this phone: it waits for a code, or is set up by now. */
  async #strange(): Promise<void> {
    this.#api.refused = false;
    try {
      const health = await this.#api.json<{ parts: { name: string }[] }>('/health');
      if (health.parts.some(({ name }) => name === 'settings')) this.stage = 'code';
      else this.#leave();
    } catch {
      this.isGone = true;
    }
  }

  async #arrive(): Promise<void> {
    try {
      const answer = await fetch(addressOf(`${API}/power`), { signal: AbortSignal.timeout(5_000) });
      if (answer.ok) this.#leave();
    } catch {
      // It is being made anew; from then on with HTTPS it does not answer here any more.
      this.#unanswered += 1;
      if (this.now?.fingerprint && this.#unanswered >= GONE_AFTER) this.#leave(this.secureAddress);
    }
  }
}

function toApp(address = addressOf('/')): void {
  location.replace(address);
}
