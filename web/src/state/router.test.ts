import { expect, it, vi } from 'vitest';
import { Router } from './router.svelte';

it('holds what the address says, and writes there what is shown', () => {
  location.pathname = '/history/2026-03';
  const router = new Router();
  expect(router.route).toEqual({ screen: 'history', period: '2026-03' });
  const push = vi.spyOn(history, 'pushState');
  const replace = vi.spyOn(history, 'replaceState');
  router.go({ screen: 'meters' });
  expect([location.pathname, router.route]).toEqual(['/meters', { screen: 'meters' }]);
  router.go({ screen: 'history', period: 'today', of: 'solar' }, true);
  expect(location.pathname).toBe('/history/today/solar');
  router.go({ screen: 'history', period: 'today', of: 'solar' });
  expect([push.mock.calls.length, replace.mock.calls.length]).toEqual([1, 1]);
});

it('goes back with the browser', () => {
  const router = new Router();
  location.pathname = '/settings';
  dispatchEvent(new Event('popstate'));
  expect(router.route).toEqual({ screen: 'settings' });
});
