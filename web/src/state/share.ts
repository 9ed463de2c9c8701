/** A period's buckets as a CSV file: through the phone's share sheet, else as a download. */
import type { Locale } from '../lib/time';
import type { ApiClient } from './apiClient.svelte';

export function canShareFiles(): boolean {
  if (typeof navigator.canShare !== 'function') return false;
  return navigator.canShare({ files: [new File([''], 'a.csv', { type: 'text/csv' })] });
}

/** As the spreadsheets of a language read it: with semicolons and decimal commas where a comma is the decimal mark. */
export async function shareCsv(
  api: ApiClient,
  period: string,
  title: string,
  locale: Locale,
): Promise<void> {
  const answer = await api.fetch(`/energy/${period}.csv${locale === 'fi' ? '?decimal=comma' : ''}`);
  const file = new File([await answer.blob()], `wattledger-${period}.csv`, { type: 'text/csv' });
  if (canShareFiles()) {
    try {
      await navigator.share({ files: [file], title });
      return;
    } catch (error) {
      // Closed by the person: that is an answer. Whatever else: the file is still to be had.
      if (error instanceof DOMException && error.name === 'AbortError') return;
    }
  }
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(link.href);
  }, 10_000);
}
