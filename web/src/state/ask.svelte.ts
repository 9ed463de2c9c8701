/** Questions to the server, with this phone's token where it has one. */
import type { Problem } from '../lib/wire';
import { keep, kept } from './storage';

export const API = '/api/v1';
const FOREIGN = '/problems/foreign-host';
const PATIENCE_MS = 10_000;

/** The server asks for a token, or does not take this one. */
export class Refused extends Error {}

/** Nobody answered. */
export class Unreachable extends Error {}

/** The server answered that it can't. */
export class Failed extends Error {
  readonly status: number;
  /** The problem's own, "/problems/in-future"; empty where the answer was none of ours. */
  readonly kind: string;

  constructor(status: number, kind: string, detail: string) {
    super(detail);
    this.status = status;
    this.kind = kind;
  }
}

/** The way to the server. `refused` shows the token screen; `sent` tells whether a token was tried. */
export class Door {
  token = $state(kept<string>('token'));
  refused = $state(false);
  /** The server does not answer under the name by which this page reached it. */
  foreign = $state(false);
  /** The server once took this phone's token. */
  admitted = $state(kept<boolean>('admitted') ?? false);

  enter(token: string): void {
    this.token = token.trim();
    keep('token', this.token);
    this.refused = false;
  }

  forget(): void {
    this.token = null;
    keep('token', null);
    this.admitted = false;
    keep('admitted', null);
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
      this.foreign = false;
      if (this.token && !this.admitted) {
        this.admitted = true;
        keep('admitted', true);
      }
      return answer;
    }
    // A proxy in front of a server that is gone answers in its stead.
    if (answer.status === 502 || answer.status === 504) throw new Unreachable(answer.statusText);
    const { type, detail } = await problemOf(answer);
    this.foreign = type === FOREIGN;
    throw new Failed(answer.status, type, detail);
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

async function problemOf(answer: Response): Promise<Pick<Problem, 'type' | 'detail'>> {
  try {
    return (await answer.json()) as Problem;
  } catch {
    return { type: '', detail: answer.statusText };
  }
}
