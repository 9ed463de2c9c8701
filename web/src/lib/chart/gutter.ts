/** How much room the numbers beside a chart take, so that none of them lies on what is drawn. */

const LEAST_PX = 30;
const APART_PX = 4;
/** px of a wide font at the size of an axis. */
const DIGIT_PX = 7.7;
const MARK_PX = 4;
const MINUS_PX = 10.1;
/** px, on the whole, of a letter of a word among the numbers, which is set a little smaller. */
const LETTER_PX = 7;

const longOf_px = (label: string): number =>
  [...label].reduce(
    (sum, one) => sum + (one === '\u2212' ? MINUS_PX : /[.,]/.test(one) ? MARK_PX : DIGIT_PX),
    0,
  );

/** px for the longest of the numbers, and a word among them. */
export const gutterOf_px = (numbers: readonly string[], word = ''): number =>
  Math.ceil(
    Math.max(LEAST_PX, APART_PX + Math.max(word.length * LETTER_PX, ...numbers.map(longOf_px))),
  );
