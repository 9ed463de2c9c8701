/**
 * Questions to the server. A paired phone has a cookie that no script sees; a token that was typed is sent along.
 */
import { addressOf } from '../lib/base';
import { causeOf, isFromApi, refusalOf, type Cause, type Refusal } from '../lib/problems';
import type { PairedDevices } from '../lib/wire';
import { keep, kept } from './storage';
import type { Ticker } from './ticker.svelte';

export const API = '/api/v1';
const PATIENCE_MS = 10_000;

/** The server does not know this phone, nor its token. */
export class Refused extends Error {}

/** Nobody answered. */
export class Unreachable extends Error {}

/** The server, or something on the way to it, answered that it can't. */
export class Failed extends Error {
  readonly why: Cause;
  readonly status: number;
  /** The problem's own, "/problems/no-meter"; empty where the answer was none of ours. */
  readonly type: string;
  /** When to come again, where the server says so. */
  readonly retryAfter_s: number | null;

  constructor(why: Cause, { status, type, detail, retryAfter_s }: Refusal) {
    super(detail);
    this.type = type;
    this.why = why;
    this.status = status;
    this.retryAfter_s = retryAfter_s;
  }
}

/** The way to the server. `refused` shows the screen that tells how to pair. */
export class ApiClient {
  token = $state(kept<string>('token'));
  refused = $state(false);
  /** The server does not answer under the name by which this page reached it. */
  foreign = $state(false);
  /** The server once let this phone in, by its pairing or its token. */
  admitted = $state(kept<boolean>('admitted') ?? false);
  #ticker: Ticker;

  constructor(ticker: Ticker) {
    this.#ticker = ticker;
  }

  enter(token: string): void {
    this.token = token.trim() || null;
    keep('token', this.token);
    this.refused = false;
  }

  forget(): void {
    this.token = null;
    keep('token', null);
    this.admitted = false;
    keep('admitted', null);
  }

  /** Pairs this phone by a one-time code. Raises Unreachable or Failed. */
  async pair(code: string, device: string): Promise<void> {
    await this.#change('/access/pair', 'POST', JSON.stringify({ code, device }));
    this.enter('');
    this.admitted = true;
    keep('admitted', true);
  }

  /** Raises Refused, Unreachable or Failed. */
  async devices(): Promise<PairedDevices['devices']> {
    return (await this.json<PairedDevices>('/access/devices')).devices;
  }

  /** The device can't ask any more, also when it is this phone. Raises Refused, Unreachable or Failed. */
  async remove(id: string): Promise<void> {
    await this.#change(`/access/devices/${encodeURIComponent(id)}`, 'DELETE', null);
  }

  /** It may change the settings from now on, or only look. Raises Refused, Unreachable or Failed. */
  async letOwn(id: string, owns: boolean): Promise<void> {
    await this.#change(
      `/access/devices/${encodeURIComponent(id)}`,
      'PATCH',
      JSON.stringify({ owns }),
    );
  }

  async #change(path: string, method: string, body: string | null): Promise<void> {
    const headers = { 'Content-Type': 'application/json' };
    const signal = AbortSignal.timeout(PATIENCE_MS);
    await this.fetch(path, { method, headers, body, signal });
  }

  /** Raises Refused, Unreachable or Failed. The body of the answer is the caller's. */
  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (this.token) headers.set('Authorization', `Bearer ${this.token}`);
    let answer: Response;
    try {
      answer = await fetch(addressOf(`${API}${path}`), { ...init, headers });
    } catch (error) {
      throw new Unreachable(String(error));
    }
    this.#ticker.answered(answer.headers);
    if (!isFromApi(answer)) throw this.refusedBy(await refusalOf(answer));
    this.letIn();
    return answer;
  }

  /** The server answered as it should. */
  letIn(): void {
    this.foreign = false;
    if (!this.token || this.admitted) return;
    this.admitted = true;
    keep('admitted', true);
  }

  /** It did not: what that means for the whole app, and the error for whoever asked. */
  refusedBy(refusal: Refusal): Error {
    const cause = causeOf(refusal);
    this.foreign = cause === 'foreign-host';
    if (cause === 'gone') return new Unreachable(refusal.detail);
    if (cause !== 'unpaired') return new Failed(cause, refusal);
    this.refused = true;
    return new Refused();
  }

  async json<T>(path: string): Promise<T> {
    const answer = await this.fetch(path, { signal: AbortSignal.timeout(PATIENCE_MS) });
    try {
      return (await answer.json()) as T;
    } catch (error) {
      throw new Unreachable(String(error));
    }
  }
}
