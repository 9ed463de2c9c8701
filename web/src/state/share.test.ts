import { beforeEach, describe, expect, it, vi } from 'vitest';
import { PretendServer } from '../testing/server';
import { ApiClient } from './apiClient.svelte';
import { canShareFiles, shareCsv } from './share';
import { Ticker } from './ticker.svelte';

let server: PretendServer;
let api: ApiClient;
let saved: { href: string; download: string; clicks: number };
const text = 'start,imported_wh\n2026-04-22T00:00:00+03:00,1234.5\n';

beforeEach(() => {
  server = new PretendServer();
  server.answers(
    '/energy/2026-04.csv',
    () => new Response(text, { headers: { 'Content-Type': 'text/csv' } }),
  );
  server.answers(
    '/energy/2026-04.csv?decimal=comma',
    () => new Response('start;imported_wh\n', { headers: { 'Content-Type': 'text/csv' } }),
  );
  api = new ApiClient(new Ticker());
  saved = { href: '', download: '', clicks: 0 };
  Object.assign(document, {
    createElement: () => Object.assign(saved, { click: () => (saved.clicks += 1) }),
  });
  vi.stubGlobal(
    'URL',
    Object.assign(URL, { createObjectURL: () => 'blob:1', revokeObjectURL: vi.fn() }),
  );
  Object.assign(navigator, { canShare: undefined, share: undefined });
});

describe('a period as CSV', () => {
  it('is saved where the phone can’t share files', async () => {
    vi.useFakeTimers();
    expect(canShareFiles()).toBe(false);
    await shareCsv(api, '2026-04', 'April 2026', 'en');
    expect(saved).toMatchObject({ href: 'blob:1', download: 'wattledger-2026-04.csv', clicks: 1 });
    vi.advanceTimersByTime(10_000);
    expect(URL.revokeObjectURL).toHaveBeenCalledWith('blob:1');
    vi.useRealTimers();
  });

  it('goes through the phone’s share sheet where there is one', async () => {
    const share = vi.fn<(shared: { files: File[]; title: string }) => Promise<void>>(() =>
      Promise.resolve(),
    );
    Object.assign(navigator, { canShare: () => true, share });
    await shareCsv(api, '2026-04', 'April 2026', 'en');
    const [{ files, title } = { files: [], title: '' }] = share.mock.calls[0] ?? [];
    expect([title, files[0]?.name, await files[0]?.text()]).toEqual([
      'April 2026',
      'wattledger-2026-04.csv',
      text,
    ]);
    expect(saved.clicks).toBe(0);
  });

  it('is not saved behind the back of who closed the sheet, but after any other error', async () => {
    const share = vi.fn(() => Promise.reject(new DOMException('closed', 'AbortError')));
    Object.assign(navigator, { canShare: () => true, share });
    await shareCsv(api, '2026-04', 'April 2026', 'en');
    expect(saved.clicks).toBe(0);
    share.mockImplementation(() => Promise.reject(new DOMException('no', 'NotAllowedError')));
    await shareCsv(api, '2026-04', 'April 2026', 'en');
    expect(saved.clicks).toBe(1);
  });

  it('is as the language’s spreadsheets read it', async () => {
    await shareCsv(api, '2026-04', 'Huhtikuu 2026', 'fi');
    expect(server.asked).toEqual(['/energy/2026-04.csv?decimal=comma']);
  });
});
