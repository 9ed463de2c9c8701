/**
 * What makes the built app quick to arrive: the first screen's style and a few lines that must run first stand in
 * the page itself, and every text lies there compressed as well, so that the server, which is small, has only to
 * choose.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin, ResolvedConfig, Rolldown } from 'vite';

const STYLESHEET = /[ \t]*<link rel="stylesheet"[^>]* href="\.\/([^"]+\.css)"[^>]*>\n?/g;
const CODE =
  /[ \t]*<(?:script type="module"|link rel="modulepreload")[^>]* (?:src|href)="\.\/([^"]+)"[^>]*>(?:<\/script>)?\n?/g;
const PLACES = {
  first: 'self.__FIRST',
  screens: 'self.__SCREENS',
  words: 'self.__WORDS',
  sharer: 'self.__SHARER',
};
const SCREEN = /\/routes\/(\w+)\.svelte$/;
const LANGUAGE = /\/i18n\/(\w+)\.ts$/;
const SHARER = /\/sharer-[^/]*\.js$/;
const TEXTS = /\.(?:css|html|js|svg|webmanifest)$/;
const SMALLEST = 600;

/**
 * Two questions less before anything is drawn: the stylesheet of the first screen and `src/starter.ts`, which also
 * asks for the code that the page named, since it knows from where.
 */
export function firstInPage(): Plugin {
  return {
    name: 'first-in-page',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(page, { bundle = {} }) {
        const styled = page.replace(STYLESHEET, (link, name: string) => {
          const style = bundle[name];
          if (style?.type !== 'asset') return link;
          takeOut(bundle, name);
          return `    <style>${String(style.source).trim()}</style>\n`;
        });
        const first = Array.from(styled.matchAll(CODE), ([, name]) => name ?? '');
        const code = starter(bundle, first);
        return styled
          .replace(CODE, '')
          .replace('</title>\n', (end) => `${end}    <script>${code}</script>\n`);
      },
    },
  };
}

/** Of a stylesheet that the page has: no screen may wait for its file. */
function takeOut(bundle: Rolldown.OutputBundle, name: string): void {
  Reflect.deleteProperty(bundle, name);
  for (const file of Object.values(bundle)) {
    if (file.type === 'chunk') file.viteMetadata?.importedCss.delete(name);
  }
}

/** Its code, which knows by now which files the app, each screen and each language have; out of the bundle. */
function starter(bundle: Rolldown.OutputBundle, first: readonly string[]): string {
  const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
  const start = chunks.find(({ name, isEntry }) => isEntry && name === 'starter');
  for (const place of Object.values(PLACES)) {
    if (!start?.code.includes(place)) throw new Error(`src/starter.ts has no ${place}`);
  }
  const sharer = Object.keys(bundle).find((name) => SHARER.test(name));
  if (sharer === undefined) throw new Error('there is no worker for the stream');
  if (!start || start.imports.length) throw new Error('src/starter.ts can import nothing shared');
  const partsNamed = (module: RegExp): string => {
    const parts = chunks.flatMap((chunk) => {
      const [, name] = module.exec(chunk.facadeModuleId ?? '') ?? [];
      if (!name) return [];
      const files = [chunk.fileName, ...chunk.imports, ...(chunk.viteMetadata?.importedCss ?? [])];
      const apart = files.filter((file) => !first.includes(file));
      return [[name.toLowerCase(), apart] as const];
    });
    return JSON.stringify(Object.fromEntries(parts));
  };
  Reflect.deleteProperty(bundle, start.fileName);
  const code = start.code
    .replace(PLACES.first, () => JSON.stringify(first))
    .replace(PLACES.screens, () => partsNamed(SCREEN))
    .replace(PLACES.words, () => partsNamed(LANGUAGE))
    .replace(PLACES.sharer, () => JSON.stringify(sharer));
  return `(()=>{${code.trim()}})()`;
}

/** Beside each text, the same in gzip (plain HTTP knows no other) and in brotli. */
export function compressed(): Plugin {
  let config: ResolvedConfig;
  return {
    name: 'compressed',
    apply: 'build',
    configResolved(resolved) {
      config = resolved;
    },
    closeBundle: {
      order: 'post',
      sequential: true,
      async handler() {
        const folder = join(config.root, config.build.outDir);
        const entries = await readdir(folder, { recursive: true, withFileTypes: true });
        const texts = entries.filter((entry) => entry.isFile() && TEXTS.test(entry.name));
        await Promise.all(texts.map((entry) => compress(join(entry.parentPath, entry.name))));
      },
    },
  };
}

async function compress(path: string): Promise<void> {
  const text = await readFile(path);
  if (text.length < SMALLEST) return;
  const params = {
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
  };
  await writeFile(`${path}.gz`, await promisify(gzip)(text, { level: 9 }));
  await writeFile(`${path}.br`, await promisify(brotliCompress)(text, { params }));
}
