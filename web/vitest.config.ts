import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defaultClientConditions } from 'vite';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [svelte()],
  // Runes as a browser has them, not as a server would.
  server: { fs: { allow: ['..'] } },
  resolve: { conditions: [...defaultClientConditions, 'browser'] },
  test: {
    include: ['src/**/*.test.ts'],
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
