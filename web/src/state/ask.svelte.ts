/**
 * Questions to the server. A paired phone has a cookie that no script sees; a token that was typed is sent along.
 */
import type { PairedDevices, Problem } from '../lib/wire';
import { keep, kept } from './storage';

export const API = '/api/v1';
const PATIENCE_MS = 10_000;

/** The server does not know this phone, nor its token. */
export class Refused extends Error {}

/** Nobody answered. */
export class Unreachable extends Error {}

/** The server answered that it can't. */
export class Failed extends Error {
  readonly status: number;
  /** When to come again, where the server says so. */
  readonly retryAfter_s: number | null;

  constructor(status: number, detail: string, retryAfter_s: number | null = null) {
    super(detail);
    this.status = status;
    this.retryAfter_s = retryAfter_s;
  }
}

/** The way to the server. `refused` shows the screen that tells how to pair. */
export class Door {
  token = $state(kept<string>('token'));
  refused = $state(false);
  /** The server once let this phone in, by its pairing or its token. */
  admitted = $state(kept<boolean>('admitted') ?? false);

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
      answer = await fetch(`${API}${path}`, { ...init, headers });
    } catch (error) {
      throw new Unreachable(String(error));
    }
    if (answer.status === 401) {
      this.refused = true;
      throw new Refused();
    }
    if (answer.ok) {
      if (this.token && !this.admitted) {
        this.admitted = true;
        keep('admitted', true);
      }
      return answer;
    }
    // A proxy in front of a server that is gone answers in its stead.
    if (answer.status === 502 || answer.status === 504) throw new Unreachable(answer.statusText);
    const retryAfter_s = Number(answer.headers.get('Retry-After')) || null;
    throw new Failed(answer.status, await detailOf(answer), retryAfter_s);
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

async function detailOf(answer: Response): Promise<string> {
  try {
    return ((await answer.json()) as Problem).detail;
  } catch {
    return answer.statusText;
  }
}
