/**
 * Keeps the app itself, so that it opens without a network; what the server says is kept by the app.
 *
 * A new version is fetched whole and waits until the person lets it take over: a page never mixes two.
 */
interface Precached {
  /** Filled in by the build: the files of the app. */
  __FILES: { url: string; digest: string }[];
}

const files = (self as unknown as Precached).__FILES;
const worker = self as unknown as ServiceWorkerGlobalScope;
/** Where the app stands on its host, "/" or "/wattledger/": the worker lies beside its page. */
const BASE = new URL('./', location.href).pathname;
/** Caches belong to a host, and another home may stand there under another prefix. */
const PREFIX = BASE === '/' ? 'wattledger-' : `wattledger${BASE}`;
/** A file for the phone itself, which the server alone has; else it would be a page of the app. */
const AUTHORITY = `${BASE}authority.crt`;
const CACHE = PREFIX + digest(files.map(({ url, digest: content }) => url + content).join());

worker.addEventListener('install', (event) => {
  event.waitUntil(fill());
});

worker.addEventListener('activate', (event) => {
  event.waitUntil(dropOlder().then(() => worker.clients.claim()));
});

worker.addEventListener('message', (event) => {
  if (event.data === 'take over') void worker.skipWaiting();
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return;
  if (url.pathname.startsWith(`${BASE}api/`) || url.pathname === AUTHORITY) return;
  event.respondWith(kept(request));
});

async function fill(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.addAll(files.map(({ url }) => new Request(url, { cache: 'no-cache' })));
}

async function dropOlder(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(
    names
      .filter((name) => name.startsWith(PREFIX) && name !== CACHE)
      .map((name) => caches.delete(name)),
  );
}

/** Every address of the app is its one page. */
async function kept(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  const found = await cache.match(request.mode === 'navigate' ? './index.html' : request);
  return found ?? fetch(request);
}

/** A short name for a text (FNV-1a). */
function digest(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return (hash >>> 0).toString(36);
}
