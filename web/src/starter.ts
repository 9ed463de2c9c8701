/**
 * Stands in the page itself and runs before anything is drawn: it puts on the theme, so that a dark room is not lit
 * up, and asks for the code of the screen in the address beside that of the app, not after it.
 */
interface Start {
  /** Filled in by the build: the files of each screen that is loaded apart. */
  __SCREENS: Record<string, string[]>;
}

const screens = (self as unknown as Start).__SCREENS;
const root = document.documentElement;

let theme: unknown = 'auto';
try {
  theme = JSON.parse(localStorage.getItem('wattledger.theme') ?? '"auto"');
} catch {
  // A phone that keeps nothing.
}
const isDark =
  theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
root.dataset['theme'] = isDark ? 'dark' : 'light';

for (const file of screens[location.pathname.split('/')[1] ?? ''] ?? []) {
  const link = document.createElement('link');
  if (file.endsWith('.css')) {
    link.rel = 'preload';
    link.as = 'style';
    // As the app itself will ask for it; else it comes twice.
    link.crossOrigin = '';
  } else link.rel = 'modulepreload';
  link.href = file;
  document.head.append(link);
}
