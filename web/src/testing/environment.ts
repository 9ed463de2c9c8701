/** As much of a browser as the state of the app asks for, for tests that run in Node. */
import 'fake-indexeddb/auto';
import type { Environment } from 'vitest/runtime';
import { phone } from './phone';

export default {
  name: 'phone',
  viteEnvironment: 'client',
  setup(global: typeof globalThis) {
    Object.assign(global, phone(), { self: global });
    for (const [name, value] of Object.entries({ onLine: true, languages: ['en-GB', 'fi'] })) {
      Object.defineProperty(global.navigator, name, { value, writable: true, configurable: true });
    }
    return { teardown: () => undefined };
  },
} satisfies Environment;
