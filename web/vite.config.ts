import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, loadEnv } from 'vite';

// `./run dev` says where its server listens.
const { WATTLEDGER_DEV_SERVER: server = 'http://127.0.0.1:8080' } = loadEnv('', '.', 'WATTLEDGER_');

export default defineConfig({
  plugins: [svelte()],
  build: { target: 'es2022', reportCompressedSize: false },
  server: { proxy: { '/api': { target: server, changeOrigin: false } } },
});
