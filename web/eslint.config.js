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

/** One module asks for the time; all others are given it: a phone's clock may be hours off. */
const askNoClock = {
  files: ['src/**'],
  ignores: ['src/lib/clock.ts', 'src/**/*.test.ts'],
  rules: {
    'no-restricted-syntax': [
      'error',
      ...[
        "MemberExpression[object.name='Date'][property.name='now']",
        "NewExpression[callee.name='Date'][arguments.length=0]",
        "CallExpression[callee.name='Date']",
        "MemberExpression[object.name='Temporal'][property.name='Now']",
        "MemberExpression[object.name='performance'][property.name=/^(now|timeOrigin)$/]",
        'CallExpression[callee.property.name=/^format(ToParts)?$/][arguments.length=0]',
      ].map((selector) => ({ selector, message: 'Ask the Ticker, or steady_ms of lib/clock.' })),
    ],
  },
};

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
  {
    rules: {
      // TypeScript knows what is defined.
      'no-undef': 'off',
      // What is not shown need not be reactive.
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
  { files: ['*.config.*'], languageOptions: { globals: { ...globals.node } } },
  askNoClock,
  forbidImports('lib', ['**/routes/**', '**/parts/**', '**/state/**']),
  forbidImports('state', ['**/routes/**', '**/parts/**']),
  forbidImports('parts', ['**/routes/**', '**/state/**']),
);
