import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { gestures, type Deeds } from './gestures';

const LEFT = 10;
let element: EventTarget & { captured: number[] };
let done: unknown[][];
let isZoomed: boolean;
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  element = Object.assign(new EventTarget(), {
    captured: [] as number[],
    getBoundingClientRect: () => ({ left: LEFT }),
    setPointerCapture(pointer: number) {
      if (pointer === 99) throw new DOMException('gone', 'NotFoundError');
      this.captured.push(pointer);
    },
  });
  done = [];
  isZoomed = false;
  const note =
    (name: string) =>
    (...args: unknown[]): void => {
      done.push([name, ...args]);
    };
  const deeds = Object.fromEntries(
    ['drag', 'swipe', 'scrub', 'tap', 'pinch', 'pinchEnd', 'pan'].map((name) => [name, note(name)]),
  );
  stop = gestures(
    element as unknown as HTMLElement,
    {
      ...deeds,
      canPinch: () => true,
      isZoomed: () => isZoomed,
    } as unknown as Deeds,
  );
});
afterEach(() => {
  vi.useRealTimers();
});

interface How {
  y?: number;
  id?: number;
  at?: number;
  mouse?: boolean;
  button?: number;
}
/** `x` is from the element's left edge. */
function put(
  type: string,
  x: number,
  { y = 0, id = 1, at = 0, mouse = false, button = 0 }: How = {},
): Event {
  const event = new Event(type, { cancelable: true });
  Object.defineProperties(event, {
    clientX: { value: x + LEFT },
    clientY: { value: y },
    pointerId: { value: id },
    pointerType: { value: mouse ? 'mouse' : 'touch' },
    button: { value: button },
    timeStamp: { value: at },
  });
  element.dispatchEvent(event);
  return event;
}

describe('one finger', () => {
  it('that comes and goes taps', () => {
    put('pointerdown', 40);
    put('pointermove', 45);
    put('pointerup', 45);
    expect(done).toEqual([['tap', 45]]);
  });

  it('that stays reads values, and holds the page meanwhile', () => {
    put('pointerdown', 40);
    vi.advanceTimersByTime(219);
    expect(done).toEqual([]);
    vi.advanceTimersByTime(1);
    put('pointermove', 60, { at: 220 });
    expect(put('touchmove', 60).defaultPrevented).toBe(true);
    expect(put('contextmenu', 60).defaultPrevented).toBe(true);
    put('pointerup', 60, { at: 220 });
    expect(done).toEqual([
      ['scrub', 40],
      ['scrub', 60],
      ['scrub', null],
    ]);
  });

  it('that a busy phone hears of late has not stayed', () => {
    put('pointerdown', 40);
    vi.advanceTimersByTime(220);
    put('pointermove', 48, { at: 100 });
    expect(done).toEqual([
      ['scrub', 40],
      ['scrub', 48],
    ]);
    put('pointermove', 140, { at: 219 });
    put('pointerup', 140, { at: 230 });
    expect(done.slice(2)).toEqual([
      ['scrub', null],
      ['drag', 100],
      ['swipe', -1],
    ]);
    done = [];
    put('pointerdown', 40);
    vi.advanceTimersByTime(220);
    put('pointerup', 40, { at: 219 });
    expect(done).toEqual([
      ['scrub', 40],
      ['scrub', null],
      ['tap', 40],
    ]);
  });

  it('that goes sideways swipes: far enough, or fast enough', () => {
    const swipe = (to: number, took: number): unknown => {
      done = [];
      put('pointerdown', 100, { at: 0 });
      put('pointermove', to);
      put('pointerup', to, { at: took });
      return done[done.length - 1];
    };
    expect(swipe(43, 1_000)).toEqual(['swipe', 1]);
    expect(swipe(157, 1_000)).toEqual(['swipe', -1]);
    expect(swipe(45, 1_000)).toEqual(['drag', 0]);
    expect(swipe(70, 50)).toEqual(['swipe', 1]);
    expect(swipe(80, 30)).toEqual(['drag', 0]);
    expect(element.captured.length).toBeGreaterThan(0);
  });

  it('drags what it swipes', () => {
    put('pointerdown', 100);
    put('pointermove', 85);
    put('pointermove', 70);
    expect(done).toEqual([
      ['drag', -15],
      ['drag', -30],
    ]);
    put('pointercancel', 70);
    expect(done[2]).toEqual(['drag', 0]);
  });

  it('that goes down scrolls, and nothing else happens', () => {
    put('pointerdown', 100);
    put('pointermove', 103, { y: 30 });
    put('pointermove', 180, { y: 30 });
    vi.advanceTimersByTime(1_000);
    expect(put('touchmove', 180).defaultPrevented).toBe(false);
    expect(put('contextmenu', 180).defaultPrevented).toBe(false);
    put('pointerup', 180);
    expect(done).toEqual([]);
  });

  it('moves a part of a day that is shown', () => {
    isZoomed = true;
    put('pointerdown', 100);
    put('pointermove', 112);
    put('pointermove', 120);
    put('pointerup', 120);
    expect(done).toEqual([
      ['pan', 12],
      ['pan', 8],
    ]);
  });

  it('that is gone already is not captured, and reading ends with it', () => {
    put('pointerdown', 100, { id: 99 });
    put('pointermove', 120, { id: 99 });
    expect(done).toEqual([['drag', 20]]);
    put('pointercancel', 120, { id: 99 });
    done = [];
    put('pointerdown', 40);
    vi.advanceTimersByTime(220);
    put('pointercancel', 40);
    expect(done).toEqual([
      ['scrub', 40],
      ['scrub', null],
    ]);
  });
});

describe('two fingers', () => {
  it('pinch, from where they came down', () => {
    put('pointerdown', 40, { id: 1 });
    put('pointerdown', 80, { id: 2 });
    put('pointermove', 100, { id: 2 });
    expect(done).toEqual([
      ['drag', 0],
      ['scrub', null],
      ['pinch', [40, 80], [40, 100]],
    ]);
    put('pointerup', 100, { id: 2 });
    expect(done[3]).toEqual(['pinchEnd']);
    // The one that stays does nothing more.
    put('pointermove', 10, { id: 1 });
    put('pointerup', 10, { id: 1 });
    expect(done).toHaveLength(4);
  });

  it('that are taken away end it; a third does nothing', () => {
    put('pointerdown', 40, { id: 1 });
    put('pointerdown', 80, { id: 2 });
    put('pointerdown', 90, { id: 3 });
    put('pointercancel', 40, { id: 1 });
    expect(done[done.length - 1]).toEqual(['pinchEnd']);
  });
});

describe('a mouse', () => {
  it('reads by hovering, until it leaves', () => {
    put('pointermove', 30, { mouse: true });
    put('pointerleave', 30, { mouse: true });
    put('pointerleave', 30);
    expect(done).toEqual([
      ['scrub', 30],
      ['scrub', null],
    ]);
  });

  it('keeps what it reads when it is let go, and does nothing with its other buttons', () => {
    put('pointerdown', 30, { mouse: true, button: 2 });
    put('pointerup', 30, { mouse: true, at: 220 });
    expect(done).toEqual([]);
    put('pointerdown', 30, { mouse: true });
    vi.advanceTimersByTime(220);
    put('pointerup', 30, { mouse: true, at: 220 });
    expect(done).toEqual([['scrub', 30]]);
  });
});

it('a move that began elsewhere is none, and after the end nothing is heard', () => {
  put('pointermove', 30);
  put('pointerup', 30);
  stop();
  put('pointerdown', 30);
  put('pointerup', 30);
  expect(done).toEqual([]);
});
