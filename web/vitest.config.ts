import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defaultClientConditions } from 'vite';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [svelte()],
  // Runes as a browser has them, not as a server would.
  server: { fs: { allow: ['..'] } },
  resolve: { conditions: [...defaultClientConditions, 'browser'] },
  test: {
    // What computes leaves nothing behind that the next file could meet; what holds state may.
    projects: [
      {
        extends: true,
        test: {
          name: 'pure',
          include: ['src/**/*.test.ts'],
          exclude: ['src/state'],
          isolate: false,
        },
      },
      { extends: true, test: { name: 'state', include: ['src/state/**/*.test.ts'] } },
    ],
    environment: './src/testing/environment.ts',
    pool: 'threads',
    restoreMocks: true,
    unstubGlobals: true,
    coverage: {
      provider: 'v8',
      include: ['src/lib/**/*.ts', 'src/state/**/*.ts'],
      exclude: ['**/*.test.ts', 'src/lib/wire*.ts'],
      reporter: [['text', { skipFull: true }]],
      thresholds: { branches: 96 },
    },
  },
});
