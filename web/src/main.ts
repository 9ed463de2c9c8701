import { mount } from 'svelte';
import App from './App.svelte';
import './tokens.css';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app');
// A task of its own: between reading the code and running it, the phone may draw and hear a finger.
setTimeout(() => {
  mount(App, { target });
});
