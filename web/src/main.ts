import { mount } from 'svelte';
import App from './App.svelte';
import './tokens.css';
import './forms.css';
import { pathIn } from './lib/base';
import { spokenFirst } from './state/preferences.svelte';

const SETUP = /^\/setup\/?$/;

async function start(): Promise<void> {
  const target = document.getElementById('app');
  if (!target) throw new Error('index.html has no #app');
  // Whatever has to be read for it, the phone may draw and hear a finger before the app is mounted.
  const spoken = await spokenFirst();
  const isSetup = SETUP.test(pathIn(location.pathname));
  const Shown = isSetup ? (await import('./routes/Setup.svelte')).default : App;
  setTimeout(() => {
    mount(Shown, { target, props: { spoken } });
  });
}

// Code that the phone has already may be here before the rest of the page.
if (document.readyState === 'loading') {
  addEventListener('DOMContentLoaded', () => void start());
} else void start();
