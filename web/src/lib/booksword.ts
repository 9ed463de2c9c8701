/** How the books of a period stand, in one line: what is missing, where it comes from, until when. */
import { isBeingFetched } from './fetching';
import { gapWords } from './gaps';
import type { Words } from './i18n';
import { emptyWord } from './reading';
import { kindOf } from './period';
import * as time from './time';
import type { Locale } from './time';
import type { Energy, MissingSpan, Site } from './wire';

export interface BooksWord {
  mark: 'stored' | 'fetched' | 'gap' | 'local' | 'complete' | 'told';
  text: string;
}

export interface Standing {
  energy: Energy;
  /** When the answer was had, ms, where it is not of now: no connection. */
  stored_ms: number | null;
  gaps: readonly MissingSpan[];
  mongodb: Site['mongodb'] | undefined;
  /** The home's clock now, without offset. */
  now: string;
  running: boolean;
  /** Up to when all meters' minutes are booked. */
  bookedTo: string | null;
}

export function booksWord(standing: Standing, words: Words, locale: Locale): BooksWord {
  const { energy, stored_ms, gaps, mongodb, now, running, bookedTo } = standing;
  const { history } = words;
  if (stored_ms !== null) {
    const at = time.homeNow(stored_ms, energy.time_zone);
    const when = `${time.dateShort(at, locale)} ${time.atClock(at, locale)}`;
    return { mark: 'stored', text: history.stored(when) };
  }
  if (gaps.some(isBeingFetched)) return { mark: 'fetched', text: words.fetching.books };
  const missing = gapWords(energy, gaps, words, locale);
  if (missing) {
    return { mark: kindOf(energy.period) === 'day' ? 'told' : 'gap', text: missing };
  }
  if (energy.source === 'local' && mongodb && mongodb.state !== 'not_configured') {
    return { mark: 'local', text: localWord(mongodb, now, words, locale) };
  }
  const nothing = emptyWord(energy, words);
  if (nothing !== null) return { mark: 'told', text: nothing };
  const text =
    running && bookedTo ? history.bookedUntil(time.when(bookedTo, now, locale)) : history.bookedAll;
  return { mark: 'complete', text };
}

/** Why the house's own store answered and not its online copy. */
function localWord(
  { state, failing_since }: Site['mongodb'],
  now: string,
  { history }: Words,
  locale: Locale,
): string {
  switch (state) {
    case 'posting':
    case 'lacking':
      return history.localBehind;
    case 'refused':
      return history.localRefused;
    case 'full':
      return history.localFull;
    default: {
      if (!failing_since) return history.local;
      const clock = time.atClock(failing_since, locale);
      const today = failing_since.slice(0, 10) === now.slice(0, 10);
      return history.localSince(
        today ? clock : `${time.dateShort(failing_since, locale)} ${clock}`,
      );
    }
  }
}
