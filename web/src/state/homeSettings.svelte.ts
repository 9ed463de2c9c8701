/** The home's settings on the server: read, tried out, changed. */
import type { Effect, SettingsChange, SettingsInFile } from '../lib/wire';
import { Failed, type ApiClient } from './apiClient.svelte';

const PATIENCE_MS = 30_000;
const AGAIN_MS = 500;
const JSON_HEADERS = { 'Content-Type': 'application/json' };

/** `asking` until the server has answered, also while it goes by what was changed. */
export type SettingsStage = 'asking' | 'ready' | 'denied' | 'nowhere' | 'gone';

const STAGES: Record<string, SettingsStage> = {
  '/problems/not-an-owner': 'denied',
  '/problems/no-settings': 'nowhere',
};

export class HomeSettings {
  stage = $state<SettingsStage>('asking');
  now = $state.raw<SettingsInFile | null>(null);
  #tag = '';
  #api: ApiClient;
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(api: ApiClient) {
    this.#api = api;
  }

  close(): void {
    clearTimeout(this.#again);
  }

  async read(): Promise<void> {
    try {
      const answer = await this.#api.fetch('/settings', {
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      this.#tag = answer.headers.get('ETag') ?? '';
      this.now = (await answer.json()) as SettingsInFile;
      this.stage = 'ready';
    } catch (error) {
      this.stage = stageOf(error);
    }
  }

  /** What it would do. Raises Failed, Unreachable, Refused. */
  async preview(change: SettingsChange): Promise<Effect[]> {
    return this.#change('POST', '/settings/preview', change, {});
  }

  /** Taken; the server is made anew from it, and is read again. Raises Failed, Unreachable, Refused. */
  async save(change: SettingsChange): Promise<void> {
    const before = this.#tag;
    await this.#change('PATCH', '/settings', change, { 'If-Match': before });
    this.stage = 'asking';
    await this.#readAnew();
  }

  /** The server is gone for a moment. */
  async #readAnew(): Promise<void> {
    for (let left = PATIENCE_MS; left > 0; left -= AGAIN_MS) {
      await new Promise((done) => (this.#again = setTimeout(done, AGAIN_MS)));
      await this.read();
      if (this.stage !== 'gone') return;
    }
  }

  async #change(
    method: string,
    path: string,
    change: SettingsChange,
    headers: Record<string, string>,
  ): Promise<Effect[]> {
    const answer = await this.#api.fetch(path, {
      method,
      headers: { ...JSON_HEADERS, ...headers },
      body: JSON.stringify(change),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return ((await answer.json()) as { effects: Effect[] }).effects;
  }
}

function stageOf(error: unknown): SettingsStage {
  if (!(error instanceof Failed)) return 'gone';
  return STAGES[error.type] ?? 'gone';
}
