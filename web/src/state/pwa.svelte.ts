/** The app as an installed thing: new versions, installing, opening without a network. */
import { addressOf } from '../lib/base';
import { keep, kept } from './storage';

/** Chromium's event; it is in no standard yet. */
interface InstallEvent extends Event {
  prompt(): Promise<unknown>;
}

export class Pwa {
  /** A newer version waits to take over. */
  updateReady = $state(false);
  /** The page is kept on the phone and opens without a network. */
  opensOffline = $state(false);
  installEvent = $state.raw<InstallEvent | null>(null);
  /** The word on plain HTTP was read and closed. */
  httpWordRead = $state(kept<boolean>('http-word-read') ?? false);
  readonly isSecure = globalThis.isSecureContext;
  readonly isInstalled = matchMedia('(display-mode: standalone)').matches;
  #waiting: ServiceWorker | null = null;

  async start(): Promise<void> {
    addEventListener('beforeinstallprompt', (event) => {
      event.preventDefault();
      this.installEvent = event as InstallEvent;
    });
    if (!this.isSecure || !('serviceWorker' in navigator) || import.meta.env.DEV) return;
    try {
      const registration = await navigator.serviceWorker.register(addressOf('/sw.js'));
      this.#follow(registration);
      document.addEventListener('visibilitychange', () => {
        if (document.visibilityState === 'visible') void registration.update().catch(() => null);
      });
      await navigator.serviceWorker.ready;
      this.opensOffline = true;
    } catch {
      // A certificate that the phone does not trust forbids it; Settings says so.
    }
  }

  update(): void {
    navigator.serviceWorker.addEventListener('controllerchange', () => {
      location.reload();
    });
    this.#waiting?.postMessage('take over');
  }

  readHttpWord(): void {
    this.httpWordRead = true;
    keep('http-word-read', true);
  }

  #follow(registration: ServiceWorkerRegistration): void {
    const offer = (worker: ServiceWorker | null): void => {
      if (!worker || !navigator.serviceWorker.controller) return;
      this.#waiting = worker;
      this.updateReady = true;
    };
    offer(registration.waiting);
    registration.addEventListener('updatefound', () => {
      const worker = registration.installing;
      worker?.addEventListener('statechange', () => {
        if (worker.state === 'installed') offer(worker);
      });
    });
  }
}
