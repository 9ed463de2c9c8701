/**
 * Work in portions: one long task, on a phone, is a finger that is not heard.
 *
 * What nobody waits for is done when the phone has nothing better to do. Not every browser tells when that is.
 */

const LATEST_MS = 1_000;
const PAUSE_MS = 100;

/** Calls once, soon; the function that comes back takes the call back. */
export function whenIdle(call: () => void): () => void {
  if ('requestIdleCallback' in globalThis) {
    const handle = requestIdleCallback(call, { timeout: LATEST_MS });
    return () => {
      cancelIdleCallback(handle);
    };
  }
  const timer = setTimeout(call, PAUSE_MS);
  return () => {
    clearTimeout(timer);
  };
}

/** Resolves in a task of its own: until then the phone may draw. */
export const aTaskLater = (): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve);
  });
