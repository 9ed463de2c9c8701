/** Where the word on the running bar stands: at the foot beside it, else above it, where no bar is under it. */

/** px: what a bar takes, with the chip above it. */
export interface BarBox {
  left: number;
  right: number;
  top: number;
  foot: number;
}

export interface WordPlace {
  x: number;
  y: number;
  anchor: 'start' | 'middle' | 'end';
  /** From where to where a thin line leads from the bar to the word. */
  leader: readonly [from: number, to: number];
}

interface Frame {
  width: number;
  height: number;
}

const LINE_PX = 22;
const BESIDE_PX = 8;

/** `long` is the word's length, px; null where letters are too large for any place. */
export function placeOf(
  bars: readonly BarBox[],
  at: number,
  long: number,
  frame: Frame,
): WordPlace | null {
  const bar = bars[at];
  return bar ? (atFoot(bars, bar, long, frame) ?? above(bars, bar, long, frame)) : null;
}

const middleOf = ({ left, right }: BarBox): number => (left + right) / 2;

const under = (bars: readonly BarBox[], from: number, to: number): BarBox[] =>
  bars.filter(({ left, right }) => right >= from && left <= to);

function atFoot(
  bars: readonly BarBox[],
  bar: BarBox,
  long: number,
  { width, height }: Frame,
): WordPlace | null {
  const middle = middleOf(bar);
  const isFree = (from: number, to: number): boolean =>
    from >= 0 &&
    to <= width &&
    [bar, ...under(bars, from, to)].every(({ foot }) => foot < height - LINE_PX);
  const y = height - 5;
  const leader = [bar.foot + 4, height - 4] as const;
  if (isFree(middle + 4, middle + BESIDE_PX + long)) {
    return { x: middle + BESIDE_PX, y, anchor: 'start', leader };
  }
  if (isFree(middle - BESIDE_PX - long, middle - 4)) {
    return { x: middle - BESIDE_PX, y, anchor: 'end', leader };
  }
  return null;
}

/** As near to the bar as it fits. */
function above(
  bars: readonly BarBox[],
  bar: BarBox,
  long: number,
  { width }: Frame,
): WordPlace | null {
  const middle = middleOf(bar);
  const places = [
    { anchor: 'start', x: bar.left, from: bar.left },
    { anchor: 'middle', x: middle, from: middle - long / 2 },
    { anchor: 'end', x: bar.right, from: bar.right - long },
  ] as const;
  return (
    places
      .filter(({ from }) => from >= 0 && from + long <= width)
      .map(({ anchor, x, from }): WordPlace => {
        const y = Math.min(...under(bars, from, from + long).map(({ top }) => top)) - 6;
        return { x, y, anchor, leader: [y + 3, bar.top - 3] };
      })
      .sort((one, other) => other.y - one.y)[0] ?? null
  );
}
