/** Everything that lasts as long as the app is open, made once and handed down by context. */
import { getContext, setContext } from 'svelte';
import { homeNow } from '../lib/time';
import { ApiClient } from './apiClient.svelte';
import { Books } from './books.svelte';
import { House } from './house.svelte';
import { Live } from './live.svelte';
import { Router } from './router.svelte';
import { Preferences, type Spoken } from './preferences.svelte';
import { Ticker } from './ticker.svelte';
import { Pwa } from './pwa.svelte';

export class App {
  readonly ticker = new Ticker();
  readonly api = new ApiClient(this.ticker);
  readonly live = new Live(this.api, this.ticker);
  readonly books = new Books(this.api, this.ticker);
  readonly house = new House(this.api);
  readonly router = new Router();
  readonly preferences: Preferences;
  readonly pwa = new Pwa();

  constructor(spoken: Spoken) {
    this.preferences = new Preferences(spoken);
    this.house.countsOtherwise.on(() => {
      this.books.doubt();
    });
  }

  /** The home's clock now, in the form in which the server writes times (no offset). */
  get homeNow(): string {
    return homeNow(this.ticker.now_ms, this.house.site?.time_zone ?? 'UTC');
  }
}

const KEY = Symbol('app');

export const giveApp = (app: App): App => setContext(KEY, app);
export const theApp = (): App => getContext<App>(KEY);
