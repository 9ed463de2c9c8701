/** What `starter.ts` began before the app's code was there, for the app to take. */
export interface Waiting {
  /** The worker that has the stream. */
  laidLine?: SharedWorker;
}

export const waiting = globalThis as Waiting;
