/**
 * Stands in the page itself and runs before anything is drawn: it puts on the theme, so that a dark room is not lit
 * up, and asks for the app's code, and beside it for that of the screen in the address and for the words of the
 * language, not after it.
 *
 * The page is the same under every address, also under a prefix that a proxy takes off, so it names no address but
 * those that are reckoned here.
 */
import { basesOf } from './lib/bases';
import type { Waiting } from './lib/waiting';

interface Start {
  /** Filled in by the build: the app's own code, and what comes with it. */
  __FIRST: string[];
  /** The files of each screen that is loaded apart. */
  __SCREENS: Record<string, string[]>;
  /** The files of each language. */
  __WORDS: Record<string, string[]>;
  /** The code of the worker that has the stream. */
  __SHARER: string;
}

const first = (self as unknown as Start).__FIRST;
const screens = (self as unknown as Start).__SCREENS;
const words = (self as unknown as Start).__WORDS;
const sharer = (self as unknown as Start).__SHARER;
const waiting = self as Waiting;

/** What was chosen in Settings, by the names that `keptName` gives. */
function chosen(base: string, what: string): unknown {
  try {
    const name = base === '/' ? `wattledger.${what}` : `wattledger${base}${what}`;
    return JSON.parse(localStorage.getItem(name) ?? '"auto"');
  } catch {
    // A phone that keeps nothing.
    return 'auto';
  }
}

/** As `localeOf` has it. */
function wordsOf(base: string): string[] {
  const language = chosen(base, 'language');
  const asked = language === 'auto' ? navigator.languages : [String(language)];
  const primary = asked.map((tag) => tag.toLowerCase().split('-')[0] ?? '');
  return words[primary.find((tag) => tag in words) ?? 'en'] ?? [];
}

function wearTheme(base: string): void {
  const theme = chosen(base, 'theme');
  const isDark =
    theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light';
}

function askFor(href: string): void {
  const link = document.createElement('link');
  if (href.endsWith('.css')) {
    link.rel = 'preload';
    link.as = 'style';
  } else link.rel = 'modulepreload';
  // As the app itself will ask for it; else it comes twice.
  link.crossOrigin = '';
  link.href = href;
  document.head.append(link);
}

/** The worker begins beside the app, which takes it and would else wait for it: without it there is no number. */
function layLine(base: string): void {
  delete waiting.laidLine;
  // Nobody else needs it.
  if (location.pathname.endsWith('/setup') || document.visibilityState !== 'visible') return;
  try {
    const worker = (waiting.laidLine = new SharedWorker(base + sharer, { type: 'module' }));
    worker.onerror = () => {
      delete waiting.laidLine;
    };
  } catch {
    // A browser that has none.
  }
}

/** What the page itself names, "./favicon.svg". */
const named = [...document.querySelectorAll('link')].map(
  (link) => [link, (link.getAttribute('href') ?? '').replace('./', '')] as const,
);

/** The code, from the first of these places that has it. */
function start([base, ...others]: string[]): void {
  const [code, ...beside] = first;
  if (base === undefined || code === undefined) return;
  wearTheme(base);
  layLine(base);
  for (const [link, name] of named) link.href = base + name;
  const script = document.createElement('script');
  script.type = 'module';
  script.crossOrigin = '';
  script.src = base + code;
  script.onerror = () => {
    start(others);
  };
  document.head.append(script);
  const screen = location.pathname.slice(base.length).split('/')[0] ?? '';
  for (const file of [...beside, ...wordsOf(base), ...(screens[screen] ?? [])]) askFor(base + file);
}

start(basesOf(location.pathname));
