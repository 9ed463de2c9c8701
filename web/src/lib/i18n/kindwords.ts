/** The words of a kind: what every language says of each. */
import type { Part, Sign } from '../kinds';

type BySign = Readonly<Record<Sign, string>>;

/** What flows beside the home, by the sign of its power. */
export interface DirectionWords extends BySign {
  /** When it was last known; empty where that is nothing to tell. */
  was: BySign;
  /** Above the large number, where it is all that is measured. */
  hero: BySign;
  heroAt: (clock: string) => string;
  /** What is not known in such a home. */
  only: string;
}

export interface EnergyWords {
  title: string;
  /** Its percentage. */
  share?: string;
  /** Parts that are called otherwise in this row. */
  parts?: Partial<Record<Part, string>>;
  most: string;
  average?: Readonly<Record<'day' | 'month' | 'year', string>>;
  /** In a sentence. */
  summary: (energy: string) => string;
}
