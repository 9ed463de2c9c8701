/** Money in History and the month's bill, in one file; what Now shows of it is another. */
export { default as Bill } from './Bill.svelte';
export { default as Money } from './Money.svelte';
