/**
 * Tells the service worker which files the built app has.
 *
 * The worker is a plain entry of the build; afterwards the list of files, each with a digest of its content,
 * is written into it. A plugin for this would bring some 250 packages to every machine that builds the app.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Plugin, ResolvedConfig } from 'vite';

const PLACE = 'self.__FILES';
const WORKER = 'sw.js';

export function filesInWorker(): Plugin {
  let config: ResolvedConfig;
  return {
    name: 'files-in-worker',
    apply: 'build',
    configResolved(resolved) {
      config = resolved;
    },
    async closeBundle() {
      const folder = join(config.root, config.build.outDir);
      const worker = join(folder, WORKER);
      const code = await readFile(worker, 'utf8');
      if (!code.includes(PLACE)) throw new Error(`${WORKER} has no ${PLACE}`);
      await writeFile(worker, code.replace(PLACE, JSON.stringify(await filesIn(folder))));
    },
  };
}

async function filesIn(folder: string): Promise<{ url: string; digest: string }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && entry.name !== WORKER && !entry.name.endsWith('.map'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return Promise.all(
    paths.map(async (path) => ({
      // As the worker sees them, which stands beside them.
      url: `./${relative(folder, path).split(sep).join('/')}`,
      digest: createHash('sha256')
        .update(await readFile(path))
        .digest('hex')
        .slice(0, 16),
    })),
  );
}
