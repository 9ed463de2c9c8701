import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

/** Imports run down only: the page draws with parts, parts and state know lib. */
const forbidImports = (folder, groups) => ({
  files: [`src/${folder}/**`],
  rules: {
    'no-restricted-imports': ['error', { patterns: groups.map((group) => ({ group: [group] })) }],
  },
});

export default ts.config(
  { ignores: ['dist/', 'node_modules/'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser } } },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
  },
  { files: ['*.config.*'], languageOptions: { globals: { ...globals.node } } },
  forbidImports('lib', ['**/parts/**', '**/state/**']),
  forbidImports('state', ['**/parts/**']),
  forbidImports('parts', ['**/state/**']),
);
