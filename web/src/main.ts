import { mount } from 'svelte';
import App from './App.svelte';
import './tokens.css';
import './forms.css';
import { spokenFirst } from './state/preferences.svelte';

async function start(): Promise<void> {
  const target = document.getElementById('app');
  if (!target) throw new Error('index.html has no #app');
  // Whatever has to be read for it, the phone may draw and hear a finger before the app is mounted.
  const spoken = await spokenFirst();
  setTimeout(() => {
    mount(App, { target, props: { spoken } });
  });
}

// Code that the phone has already may be here before the rest of the page.
if (document.readyState === 'loading') {
  addEventListener('DOMContentLoaded', () => void start());
} else void start();
