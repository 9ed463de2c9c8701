import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

/** Imports run down only: routes show with parts what state holds; parts and state know lib. */
const forbidImports = (folder, groups) => ({
  files: [`src/${folder}/**`],
  rules: {
    'no-restricted-imports': ['error', { patterns: groups.map((group) => ({ group: [group] })) }],
  },
});

export default ts.config(
  { ignores: ['dist/', 'node_modules/', 'src/lib/wire.gen.ts'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser } } },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
  },
  {
    rules: {
      // TypeScript knows what is defined.
      'no-undef': 'off',
      // What is not shown need not be reactive.
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
  { files: ['*.config.*'], languageOptions: { globals: { ...globals.node } } },
  forbidImports('lib', ['**/routes/**', '**/parts/**', '**/state/**']),
  forbidImports('state', ['**/routes/**', '**/parts/**']),
  forbidImports('parts', ['**/routes/**', '**/state/**']),
);
