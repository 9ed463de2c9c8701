/** Everything that lasts as long as the app is open, made once and handed down by context. */
import { getContext, setContext } from 'svelte';
import { homeNow } from '../lib/time';
import { Door } from './ask.svelte';
import { Books } from './books.svelte';
import { House } from './house.svelte';
import { Live } from './live.svelte';
import { Router } from './router.svelte';
import { Taste } from './taste.svelte';
import { Ticker } from './ticker.svelte';
import { Upkeep } from './upkeep.svelte';

export class App {
  readonly ticker = new Ticker();
  readonly door = new Door(this.ticker);
  readonly live = new Live(this.door, this.ticker);
  readonly books = new Books(this.door, this.ticker);
  readonly house = new House(this.door);
  readonly router = new Router();
  readonly taste = new Taste();
  readonly upkeep = new Upkeep();

  /** The home's clock now, in the form in which the server writes times (no offset). */
  get homeNow(): string {
    return homeNow(this.ticker.now_ms, this.house.site?.time_zone ?? 'UTC');
  }
}

const KEY = Symbol('app');

export const giveApp = (app: App): App => setContext(KEY, app);
export const theApp = (): App => getContext<App>(KEY);
