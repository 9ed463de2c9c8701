/** What the steps of setup share, handed down by context. */
import { getContext, setContext } from 'svelte';
import { power, type NumberStyle } from '../../lib/format';
import type { SetupWords } from '../../lib/i18n';
import type { Locale } from '../../lib/time';
import { Failed } from '../../state/apiClient.svelte';
import type { SetupState } from '../../state/setup.svelte';

export interface Wizard {
  setup: SetupState;
  words: SetupWords;
  style: NumberStyle;
  locale: Locale;
  /** One step on, or back. */
  go: (by: 1 | -1) => Promise<void>;
}

const KEY = Symbol('wizard');

export const giveWizard = (wizard: Wizard): Wizard => setContext(KEY, wizard);
export const theWizard = (): Wizard => getContext<Wizard>(KEY);

/** "1.95 kW" */
export function powerWords(power_w: number | null, style: NumberStyle): string {
  const { value, unit } = power(power_w, style);
  return unit ? `${value}\u00a0${unit}` : value;
}

/** What the server said of what it can't do. */
export const toldBy = (error: unknown): string =>
  error instanceof Failed ? error.message : String(error);
