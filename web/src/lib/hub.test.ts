import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Ages, GONE_MS, Hub, type FromHub, type Tab } from './hub';

/** What the server would send on each line that was opened. */
interface Opened {
  url: string;
  authorization: string | null;
  isOpen: boolean;
  say: (text: string) => Promise<void>;
  end: () => void;
}

const POWER = (w: number): string => `event: power\ndata: {"grid_w":${String(w)}}\n\n`;
const WISH = { url: 'http://home/api/v1/power/stream', token: null, dead_ms: 3_000 };

let opened: Opened[] = [];
let answer: (() => Response) | null = null;
let now_ms = 0;

/** Lets everything that is ready happen. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

beforeEach(() => {
  opened = [];
  answer = null;
  now_ms = 1_000;
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    if (answer) return Promise.resolve(answer());
    let controller: ReadableStreamDefaultController<Uint8Array>;
    const body = new ReadableStream<Uint8Array>({
      start(given) {
        controller = given;
      },
    });
    const line: Opened = {
      url,
      authorization: new Headers(init.headers).get('Authorization'),
      isOpen: true,
      say: async (text) => {
        controller.enqueue(new TextEncoder().encode(text));
        await settle();
      },
      end: () => {
        controller.close();
      },
    };
    init.signal?.addEventListener('abort', () => {
      line.isOpen = false;
      controller.error(new Error('aborted'));
    });
    opened.push(line);
    return Promise.resolve(new Response(body));
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

function tabOf(): Tab & { heard: FromHub[]; watts: () => unknown[] } {
  const heard: FromHub[] = [];
  return {
    heard,
    say: (message) => heard.push(message),
    watts: () =>
      heard.flatMap((message) =>
        message.say === 'event' && message.event
          ? [(JSON.parse(message.event.data) as { grid_w: number }).grid_w]
          : [],
      ),
  };
}

describe('the hub', () => {
  it('opens one line for all tabs, and tells all of them', async () => {
    const hub = new Hub(() => now_ms);
    const tabs = [tabOf(), tabOf(), tabOf(), tabOf(), tabOf(), tabOf(), tabOf(), tabOf()];
    for (const tab of tabs) hub.hear(tab, { say: 'join', wish: WISH });
    await settle();
    await opened[0]?.say(POWER(5));
    expect(opened).toHaveLength(1);
    expect(tabs.map((tab) => tab.watts())).toEqual(tabs.map(() => [5]));
  });

  it('gives who comes later the newest value, and says how old it is', async () => {
    const hub = new Hub(() => now_ms);
    hub.hear(tabOf(), { say: 'join', wish: WISH });
    await settle();
    await opened[0]?.say(POWER(5) + POWER(6));
    now_ms += 700;
    const late = tabOf();
    hub.hear(late, { say: 'join', wish: WISH });
    expect(late.heard[0]).toEqual({ say: 'joined', now_ms: 1_700 });
    expect(late.heard[1]).toMatchObject({ say: 'event', came_ms: 1_000, now_ms: 1_700 });
    expect(late.watts()).toEqual([6]);
  });

  it('hangs up when the last tab leaves, not before', async () => {
    const hub = new Hub(() => now_ms);
    const [one, other] = [tabOf(), tabOf()];
    hub.hear(one, { say: 'join', wish: WISH });
    hub.hear(other, { say: 'join', wish: WISH });
    await settle();
    hub.hear(one, { say: 'leave' });
    expect(opened[0]?.isOpen).toBe(true);
    hub.hear(other, { say: 'leave' });
    expect(opened[0]?.isOpen).toBe(false);
    hub.hear(one, { say: 'join', wish: WISH });
    await settle();
    expect(opened).toHaveLength(2);
  });

  it('lets go of tabs that say nothing any more, and of the line once none is left', async () => {
    const hub = new Hub(() => now_ms);
    const [crashed, alive] = [tabOf(), tabOf()];
    hub.hear(crashed, { say: 'join', wish: WISH });
    hub.hear(alive, { say: 'join', wish: WISH });
    await settle();
    now_ms += GONE_MS + 1;
    hub.hear(alive, { say: 'here' });
    await opened[0]?.say(POWER(1));
    expect([crashed.watts(), alive.watts()]).toEqual([[], [1]]);
    now_ms += GONE_MS + 1;
    await opened[0]?.say(POWER(2));
    expect(opened[0]?.isOpen).toBe(false);
  });

  it('takes another line where the one it has is dead', async () => {
    const hub = new Hub(() => now_ms);
    hub.hear(tabOf(), { say: 'join', wish: WISH });
    await settle();
    now_ms += WISH.dead_ms + 1;
    hub.hear(tabOf(), { say: 'join', wish: WISH });
    await settle();
    expect(opened.map(({ isOpen }) => isOpen)).toEqual([false, true]);
  });

  it('keeps tabs with another token, or of another server, apart', async () => {
    const hub = new Hub(() => now_ms);
    hub.hear(tabOf(), { say: 'join', wish: WISH });
    hub.hear(tabOf(), { say: 'join', wish: { ...WISH, token: 'secret' } });
    hub.hear(tabOf(), { say: 'join', wish: { ...WISH, url: 'http://home/b/stream' } });
    await settle();
    expect(opened.map(({ authorization }) => authorization)).toEqual([null, 'Bearer secret', null]);
  });

  it('tells why there is no line, and opens another for who asks again', async () => {
    const hub = new Hub(() => now_ms);
    const tab = tabOf();
    const problem = { type: '/problems/unauthorized', detail: 'pair' };
    answer = () => new Response(JSON.stringify(problem), { status: 401 });
    hub.hear(tab, { say: 'join', wish: WISH });
    await settle();
    await settle();
    expect(tab.heard[1]).toEqual({
      say: 'refused',
      refusal: { ...problem, status: 401, retryAfter_s: null },
    });
    answer = null;
    hub.hear(tab, { say: 'join', wish: WISH });
    await settle();
    await opened[0]?.say(POWER(3));
    expect(tab.watts()).toEqual([3]);
  });

  it('tells when the server ends it', async () => {
    const hub = new Hub(() => now_ms);
    const tab = tabOf();
    hub.hear(tab, { say: 'join', wish: WISH });
    await settle();
    opened[0]?.end();
    await settle();
    expect(tab.heard.at(-1)?.say).toBe('ended');
  });
});

describe('the age of what the hub says', () => {
  it('is what passed since it came, whatever either clock began at', () => {
    const ages = new Ages();
    ages.of(5_000, 5_000, 90_020);
    expect(ages.of(5_000, 5_700, 90_710)).toBe(700);
    // The fastest message so far: 10 ms less on the way.
    expect(ages.of(6_000, 6_000, 91_010)).toBe(0);
  });

  it('is never below nothing, also of what the hub takes to be to come', () => {
    expect(new Ages().of(5_010, 5_000, 90_000)).toBe(0);
  });

  it('grows while the tab is frozen and its mailbox fills', () => {
    const ages = new Ages();
    ages.of(1_000, 1_000, 1_000);
    expect(ages.of(2_000, 2_000, 3_602_000)).toBe(3_600_000);
    expect(ages.of(3_603_000, 3_603_000, 3_603_000)).toBe(0);
  });
});
