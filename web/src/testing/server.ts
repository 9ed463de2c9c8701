/** A server for tests: what it answers by path, what it was asked, and a stream that a test speaks on. */
import { vi } from 'vitest';

type Answer = unknown;

export class PretendServer {
  /** Paths below /api/v1, in the order in which they were asked. */
  readonly asked: string[] = [];
  readonly requests: RequestInit[] = [];
  readonly #answers = new Map<string, () => Response | Promise<Response>>();
  #stream: ReadableStreamDefaultController<Uint8Array> | null = null;
  isGone = false;

  constructor() {
    vi.stubGlobal('fetch', (url: string | URL, init: RequestInit = {}) =>
      this.#answer(String(url), init),
    );
  }

  /** JSON, from now on. */
  says(path: string, answer: Answer, headers: Record<string, string> = {}): void {
    this.#answers.set(path, () => Response.json(answer, { headers }));
  }

  /** An RFC 9457 problem, from now on. */
  refuses(path: string, status: number, type = '', headers: Record<string, string> = {}): void {
    this.#answers.set(path, () =>
      Response.json({ type, detail: `no ${path}` }, { status, headers }),
    );
  }

  answers(path: string, answer: () => Response | Promise<Response>): void {
    this.#answers.set(path, answer);
  }

  /** On the stream, once somebody listens. */
  tell(name: string, data: unknown): void {
    const text = `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
    this.#stream?.enqueue(new TextEncoder().encode(text));
  }

  comment(): void {
    this.#stream?.enqueue(new TextEncoder().encode(': here\n\n'));
  }

  hangUp(): void {
    this.#stream?.close();
    this.#stream = null;
  }

  get isListenedTo(): boolean {
    return this.#stream !== null;
  }

  async #answer(url: string, init: RequestInit): Promise<Response> {
    const path = url.replace(/^.*\/api\/v1/, '');
    this.asked.push(path);
    this.requests.push(init);
    if (this.isGone) throw new TypeError('fetch failed');
    if (path === '/power/stream' && !this.#answers.has(path)) return this.#streamed(init.signal);
    const answer = this.#answers.get(path);
    if (!answer) return Response.json({ type: '', detail: 'none' }, { status: 404 });
    return answer();
  }

  #streamed(signal: AbortSignal | null | undefined): Response {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#stream = controller;
        signal?.addEventListener('abort', () => {
          this.#stream = null;
          controller.error(new DOMException('gone', 'AbortError'));
        });
      },
    });
    return new Response(body, { headers: { 'Content-Type': 'text/event-stream' } });
  }
}

/** Until it is so. */
export const until = (isSo: () => boolean): Promise<unknown> =>
  vi.waitUntil(isSo, { timeout: 20_000, interval: 1 });
