import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, loadEnv } from 'vite';
import { compressed, firstInPage } from './pack.config.ts';
import { filesInWorker } from './pwa.config.ts';

// `./run dev` says where its server listens.
const { WATTLEDGER_DEV_SERVER: server = 'http://127.0.0.1:8080' } = loadEnv('', '.', 'WATTLEDGER_');

const WORDS = /\/i18n\/\w+\.(?:en|fi)\.ts$/;
export default defineConfig({
  // Every address is reckoned from where the code lies: a proxy may put the app under a prefix.
  base: './',
  plugins: [svelte(), firstInPage(), filesInWorker(), compressed()],
  build: {
    target: 'es2022',
    reportCompressedSize: false,
    rolldownOptions: {
      input: { index: 'index.html', starter: 'src/starter.ts', sw: 'src/sw.ts' },
      output: {
        // A worker rules over what lies beside and below it, so it stands at the top.
        entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
        // Each file is a question: what more than one screen has is in one. Words stay in files of their own: only
        // those of the language that is spoken are to be loaded.
        codeSplitting: {
          groups: [{ name: 'shared', test: (id) => !WORDS.test(id), minShareCount: 2 }],
        },
      },
    },
  },
  server: { proxy: { '/api': { target: server, changeOrigin: false } } },
});
