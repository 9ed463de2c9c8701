/** Why the server can't answer, by the problem's own type (RFC 9457): a status alone may be anybody's on the way. */

/** An answer that is none, as far as it tells. */
export interface Refusal {
  status: number;
  /** "/problems/in-future"; empty where the answer was none of ours. */
  type: string;
  detail: string;
  /** When to come again, where it says so. */
  retryAfter_s: number | null;
}

/**
 * `unpaired`: the server does not know this phone, nor its token. `foreign-host`: it does not answer under this name.
 * `foreign-page`: it takes this page for another site's, as behind a proxy that rewrites Host. `barred`: something in
 * front of the server lets nobody through. `gone`: something in front of it answers in its stead.
 */
export type Cause =
  | 'unpaired'
  | 'foreign-host'
  | 'foreign-page'
  | 'wrong-code'
  | 'too-many-tries'
  | 'no-pairing'
  | 'no-home'
  | 'busy'
  | 'in-future'
  | 'no-such-period'
  | 'barred'
  | 'gone'
  | 'failed';

const OURS: Readonly<Record<string, Cause>> = {
  '/problems/unauthorized': 'unpaired',
  '/problems/foreign-host': 'foreign-host',
  '/problems/foreign-page': 'foreign-page',
  '/problems/wrong-code': 'wrong-code',
  '/problems/too-many-tries': 'too-many-tries',
  '/problems/no-pairing': 'no-pairing',
  '/problems/no-home': 'no-home',
  '/problems/busy': 'busy',
  '/problems/store-damaged': 'busy',
  '/problems/in-future': 'in-future',
  '/problems/bad-period': 'no-such-period',
};

/** What a proxy says for a server that it can't reach: bad gateway, unavailable, timeout, and Cloudflare's own. */
const GONE = new Set([502, 503, 504, 520, 521, 522, 523, 524]);
const BARRED = new Set([401, 403, 407, 511]);

export function causeOf({ status, type }: Pick<Refusal, 'status' | 'type'>): Cause {
  if (type) return Object.hasOwn(OURS, type) ? (OURS[type] ?? 'failed') : 'failed';
  if (GONE.has(status)) return 'gone';
  return status < 300 || BARRED.has(status) ? 'barred' : 'failed';
}

/** The API gives no pages: one that comes all the same is the log-in of something on the way. */
export const isFromApi = (answer: Response): boolean =>
  answer.ok && !(answer.headers.get('Content-Type') ?? '').startsWith('text/html');

/** Reads an answer that `isFromApi` is not, or that is no success. */
export async function refusalOf(answer: Response): Promise<Refusal> {
  const retryAfter_s = Number(answer.headers.get('Retry-After')) || null;
  const { type, detail } = await problemOf(answer);
  return { status: answer.status, type, detail, retryAfter_s };
}

async function problemOf(answer: Response): Promise<Pick<Refusal, 'type' | 'detail'>> {
  const none = { type: '', detail: answer.statusText };
  try {
    const problem: unknown = await answer.json();
    if (typeof problem !== 'object' || problem === null) return none;
    const { type, detail } = problem as { type?: unknown; detail?: unknown };
    // Others write problems too; "about:blank" says nothing.
    if (typeof type !== 'string' || !type.startsWith('/problems/')) return none;
    return { type, detail: typeof detail === 'string' ? detail : answer.statusText };
  } catch {
    return none;
  }
}
