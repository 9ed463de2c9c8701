/** Everything that lasts as long as the app is open, made once and handed down by context. */
import { getContext, setContext } from 'svelte';
import { Door } from './ask.svelte';
import { Books } from './books.svelte';
import { House } from './house.svelte';
import { Live } from './live.svelte';
import { Router } from './router.svelte';
import { Taste } from './taste.svelte';
import { Ticker } from './ticker.svelte';
import { Upkeep } from './upkeep.svelte';

export class App {
  readonly door = new Door();
  readonly live = new Live(this.door);
  readonly books = new Books(this.door);
  readonly house = new House(this.door);
  readonly router = new Router();
  readonly taste = new Taste();
  readonly ticker = new Ticker();
  readonly upkeep = new Upkeep();
}

const KEY = Symbol('app');

export const giveApp = (app: App): App => setContext(KEY, app);
export const theApp = (): App => getContext<App>(KEY);
