import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Pwa } from './pwa.svelte';

beforeEach(() => {
  localStorage.clear();
  Object.assign(document, { visibilityState: 'visible' });
});

/** A registration whose workers a test moves on. */
function worker() {
  const registration = Object.assign(new EventTarget(), {
    waiting: null as unknown,
    installing: null as (EventTarget & { state: string }) | null,
    update: vi.fn(() => Promise.resolve()),
  });
  const container = Object.assign(new EventTarget(), {
    controller: {} as object | null,
    ready: Promise.resolve(),
    register: vi.fn(() => Promise.resolve(registration)),
  });
  Object.defineProperty(navigator, 'serviceWorker', { value: container, configurable: true });
  vi.stubGlobal('isSecureContext', true);
  vi.stubEnv('DEV', false);
  return { registration, container };
}

it('offers to be installed where the browser can', async () => {
  const pwa = new Pwa();
  await pwa.start();
  const event = Object.assign(new Event('beforeinstallprompt', { cancelable: true }), {
    prompt: () => Promise.resolve(),
  });
  dispatchEvent(event);
  expect(event.defaultPrevented).toBe(true);
  expect(pwa.installEvent).toBe(event);
  expect([pwa.isSecure, pwa.isInstalled, pwa.opensOffline]).toEqual([false, false, false]);
});

it('remembers that the word on HTTP was read', () => {
  const pwa = new Pwa();
  expect(pwa.httpWordRead).toBe(false);
  pwa.readHttpWord();
  expect([pwa.httpWordRead, new Pwa().httpWordRead]).toEqual([true, true]);
});

describe('over HTTPS', () => {
  it('is kept on the phone, and asks for what is newer whenever it is looked at', async () => {
    const { registration, container } = worker();
    const pwa = new Pwa();
    await pwa.start();
    expect(container.register).toHaveBeenCalledWith('/sw.js');
    expect([pwa.opensOffline, pwa.updateReady]).toEqual([true, false]);
    document.dispatchEvent(new Event('visibilitychange'));
    expect(registration.update).toHaveBeenCalledTimes(1);
    Object.assign(document, { visibilityState: 'hidden' });
    document.dispatchEvent(new Event('visibilitychange'));
    expect(registration.update).toHaveBeenCalledTimes(1);
    vi.unstubAllEnvs();
  });

  it('offers a version that waits, and takes it over when the person wants it', async () => {
    const { registration, container } = worker();
    const waiting = { postMessage: vi.fn() };
    registration.waiting = waiting;
    const pwa = new Pwa();
    await pwa.start();
    expect(pwa.updateReady).toBe(true);
    const reload = vi.spyOn(location, 'reload');
    pwa.update();
    expect(waiting.postMessage).toHaveBeenCalledWith('take over');
    container.dispatchEvent(new Event('controllerchange'));
    expect(reload).toHaveBeenCalledTimes(1);
    vi.unstubAllEnvs();
  });

  it('offers a version that comes while it is open, but not the first of all', async () => {
    const { registration, container } = worker();
    const pwa = new Pwa();
    await pwa.start();
    const installing = Object.assign(new EventTarget(), { state: 'installing' });
    registration.installing = installing;
    registration.dispatchEvent(new Event('updatefound'));
    installing.dispatchEvent(new Event('statechange'));
    expect(pwa.updateReady).toBe(false);
    container.controller = null;
    installing.state = 'installed';
    installing.dispatchEvent(new Event('statechange'));
    expect(pwa.updateReady).toBe(false);
    container.controller = {};
    installing.dispatchEvent(new Event('statechange'));
    expect(pwa.updateReady).toBe(true);
    vi.unstubAllEnvs();
  });

  it('goes on where a certificate forbids it', async () => {
    const { container } = worker();
    container.register.mockRejectedValue(new DOMException('bad', 'SecurityError'));
    const pwa = new Pwa();
    await pwa.start();
    expect(pwa.opensOffline).toBe(false);
    vi.unstubAllEnvs();
  });
});
