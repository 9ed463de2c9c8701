import { mount } from 'svelte';
import App from './App.svelte';
import './tokens.css';
import './forms.css';
import { pathIn } from './lib/base';
import { loadSetupWords } from './lib/i18n';
import { spokenFirst, type Spoken } from './state/preferences.svelte';

const SETUP = /^\/setup\/?$/;

async function start(): Promise<void> {
  const target = document.getElementById('app');
  if (!target) throw new Error('index.html has no #app');
  // Whatever has to be read for it, the phone may draw and hear a finger before the app is mounted.
  const spoken = await spokenFirst();
  const show = SETUP.test(pathIn(location.pathname))
    ? await setup(target, spoken)
    : () => mount(App, { target, props: { spoken } });
  setTimeout(show);
}

/** What shows the page that sets a home up, whose code and words nobody else needs. */
async function setup(target: Element, spoken: Spoken): Promise<() => void> {
  const [{ default: Setup }, words] = await Promise.all([
    import('./routes/Setup.svelte'),
    loadSetupWords(spoken.locale),
  ]);
  return () => mount(Setup, { target, props: { spoken, words } });
}

// Code that the phone has already may be here before the rest of the page.
if (document.readyState === 'loading') {
  addEventListener('DOMContentLoaded', () => void start());
} else void start();
