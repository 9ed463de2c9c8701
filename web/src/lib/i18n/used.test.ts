import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { words } from '../../testing/words';
import { costEn } from './cost.en';
import { homeEn } from './home.en';
import { setupEn } from './setup.en';
import { trustEn } from './trust.en';

const ROOT = join(import.meta.dirname, '../..');
/** What shows words; not the words themselves, nor tests. */
const sources = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(ts|svelte)$/.test(name) && !/\.test\.ts$|i18n\/|testing\//.test(name))
  .map((name) => readFileSync(join(ROOT, name), 'utf8'));
const namedIn = sources.map((source) => new Set(source.match(/\w+/g)));
/** Of `energies[kind]` and `energies[kind].parts?.[part]` the words on the left, of `words[`${kind}Short`]` "Short". */
const all = sources.join('\n');
const lookedUpIn = new Set(Array.from(all.matchAll(/(\w+)(?:\?\.)?\[/g), ([, name]) => name));
const endings = Array.from(all.matchAll(/\[`\$\{\w+\}(\w+)`\]/g), ([, ending]) => ending ?? '');

type Tree = { [key: string]: unknown };

/** Every text by the keys that lead to it. */
function pathsOf(tree: Tree, path: readonly string[] = []): string[][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null
      ? pathsOf(value as Tree, [...path, key])
      : [[...path, key]],
  );
}

const TREES: [string, unknown][] = [
  ['the app', words.en],
  ['costs', costEn],
  ['the home’s settings', homeEn],
  // Those of trust stand in it.
  ['setup', { ...setupEn, trust: '' }],
  ['trust', trustEn],
];
const leaves = TREES.flatMap(([, tree]) => pathsOf(tree as Tree).map((path) => path.at(-1)));

/** Its key stands in one file with the one above it; or it is looked up; or no other is called so. */
function isUsed(path: readonly string[]): boolean {
  const [above, key] = path.length > 1 ? path.slice(-2) : [undefined, path[0]];
  if (key === undefined) return false;
  return (
    path.slice(0, -1).some((one) => lookedUpIn.has(one)) ||
    endings.some((ending) => key.endsWith(ending)) ||
    namedIn.some((names) => names.has(key) && (above === undefined || names.has(above))) ||
    (leaves.filter((leaf) => leaf === key).length === 1 && namedIn.some((names) => names.has(key)))
  );
}

describe('no words are kept that nobody says', () => {
  it.each(TREES)('of %s', (_, tree) => {
    const unused = pathsOf(tree as Tree).filter((path) => !isUsed(path));
    expect(unused.map((path) => path.join('.'))).toEqual([]);
  });
});
