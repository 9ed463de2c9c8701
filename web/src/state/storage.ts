/** What this phone keeps between visits. A phone that keeps nothing (private mode) works all the same. */
import { keptName } from '../lib/base';

export function kept<T>(key: string): T | null {
  try {
    const text = localStorage.getItem(keptName(key));
    return text === null ? null : (JSON.parse(text) as T);
  } catch {
    return null;
  }
}

export function keep(key: string, value: unknown): void {
  try {
    if (value === null) localStorage.removeItem(keptName(key));
    else localStorage.setItem(keptName(key), JSON.stringify(value));
  } catch {
    // Full or forbidden: the app goes on without a memory.
  }
}
