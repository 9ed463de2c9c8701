import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, loadEnv } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';

// `./run dev` says where its server listens.
const { WATTLEDGER_DEV_SERVER: server = 'http://127.0.0.1:8080' } = loadEnv('', '.', 'WATTLEDGER_');

export default defineConfig({
  plugins: [
    svelte(),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'src',
      filename: 'sw.ts',
      injectRegister: false,
      injectManifest: { globPatterns: ['**/*.{html,js,css,svg,png,webmanifest}'] },
      manifest: {
        id: '/',
        name: 'Wattledger',
        short_name: 'Wattledger',
        description: "The home's power now and its energy, from the home's own meters.",
        start_url: '/',
        scope: '/',
        display: 'standalone',
        background_color: '#f6f6f3',
        theme_color: '#f6f6f3',
        icons: [
          { src: '/icon-192.png', sizes: '192x192', type: 'image/png' },
          { src: '/icon-512.png', sizes: '512x512', type: 'image/png' },
          { src: '/icon-maskable.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
        ],
        shortcuts: [
          { name: 'History', url: '/history' },
          { name: 'Meters', url: '/meters' },
        ],
      },
    }),
  ],
  build: { target: 'es2022', reportCompressedSize: false },
  server: { proxy: { '/api': { target: server, changeOrigin: false } } },
});
