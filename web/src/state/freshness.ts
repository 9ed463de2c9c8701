/** What makes the app ask anew: a connection, minutes that were booked, the clock. */
import { bookedTo } from '../lib/reading';
import { together } from '../lib/signal';
import type { App } from './app.svelte';
import { WHILE_CONNECTING_MS } from './books.svelte';

/** A server that has just begun finds out within this what its meters remember, and fetches it. */
const FOUND_WITHIN_MS = 5_000;

/** Asks now, and for as long as the function that comes back is not called. */
export function keepFresh({ books, house, live, ticker }: App): () => void {
  let later: ReturnType<typeof setTimeout> | undefined;
  /** Of what may have changed while nobody listened. */
  const askAll = (): void => {
    clearTimeout(later);
    later = setTimeout(() => {
      if (live.link === 'open') void house.askMeters();
    }, FOUND_WITHIN_MS);
    void house.askAnew().then(() => {
      live.booked(bookedTo(house.meters));
    });
    void books.askAnew('today', WHILE_CONNECTING_MS);
  };
  /** The sums of today, also over midnight; faults come and go without a word in the stream. */
  const askToday = (): void => {
    if (live.link !== 'open') return;
    void books.askAnew('today');
    void house.askAnew();
  };
  askAll();
  return together(
    live.connected.on(askAll),
    live.minuteBooked.on(askToday),
    ticker.minute.on(askToday),
    () => {
      clearTimeout(later);
    },
  );
}
