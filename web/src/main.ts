import { mount } from 'svelte';
import App from './App.svelte';
import './tokens.css';

function start(): void {
  const target = document.getElementById('app');
  if (!target) throw new Error('index.html has no #app');
  // A task of its own: between reading the code and running it, the phone may draw and hear a finger.
  setTimeout(() => {
    mount(App, { target });
  });
}

// Code that the phone has already may be here before the rest of the page.
if (document.readyState === 'loading') addEventListener('DOMContentLoaded', start);
else start();
