/** Answers of energy kept on the phone, for when there is no connection. IndexedDB, newest first out last. */
import { BASE } from '../lib/base';
import type { Energy } from '../lib/wire';

export interface KeptAnswer {
  energy: Energy;
  /** When the phone got it, ms since the epoch by the server's clock. */
  saved_ms: number;
}

const NAME = BASE === '/' ? 'wattledger' : `wattledger${BASE}`;
const STORE = 'energy';
const MOST = 120;

let opened: Promise<IDBDatabase> | undefined;

function database(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(STORE).createIndex('saved', 'saved_ms');
    };
    request.onsuccess = () => {
      resolve(request.result);
    };
    request.onerror = () => {
      reject(new Error('IndexedDB'));
    };
  });
  return opened;
}

/** What is kept under the key; null also where the phone keeps nothing. */
export async function cachedAnswer(key: string): Promise<KeptAnswer | null> {
  try {
    const store = (await database()).transaction(STORE).objectStore(STORE);
    return await new Promise((resolve, reject) => {
      const request = store.get(key) as IDBRequest<KeptAnswer | undefined>;
      request.onsuccess = () => {
        resolve(request.result ?? null);
      };
      request.onerror = () => {
        reject(new Error('IndexedDB'));
      };
    });
  } catch {
    return null;
  }
}

export async function cacheAnswer(key: string, answer: KeptAnswer): Promise<void> {
  try {
    const store = (await database()).transaction(STORE, 'readwrite').objectStore(STORE);
    store.put(answer, key);
    const count = store.count();
    count.onsuccess = () => {
      if (count.result > MOST) dropOldest(store, count.result - MOST);
    };
  } catch {
    // Full or forbidden.
  }
}

function dropOldest(store: IDBObjectStore, count: number): void {
  const walk = store.index('saved').openCursor();
  let left = count;
  walk.onsuccess = () => {
    if (!walk.result || left === 0) return;
    left -= 1;
    walk.result.delete();
    walk.result.continue();
  };
}
