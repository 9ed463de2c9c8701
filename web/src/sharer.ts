/** The shared worker: every tab of this browser on this server hangs on it. */
import { Hub, type FromTab, type Tab } from './lib/hub';

const worker = self as unknown as SharedWorkerGlobalScope;
const hub = new Hub();

worker.addEventListener('connect', (event) => {
  const [port] = event.ports;
  if (!port) return;
  const tab: Tab = {
    say: (message) => {
      port.postMessage(message);
    },
  };
  port.addEventListener('message', ({ data }: MessageEvent<FromTab>) => {
    hub.hear(tab, data);
  });
  port.start();
});
