/**
 * Fingers on a chart: swipe to the next period, hold and scrub, tap, pinch and pan, each told apart by how it begins.
 *
 * Vertical moves stay the browser's, so that the page scrolls. A mouse scrubs by hovering.
 */

export interface Deeds {
  /** The chart follows the finger, px; 0 when it goes home. */
  drag(dx: number): void;
  /** -1 back, 1 on. */
  swipe(direction: -1 | 1): void;
  /** px from the left edge; null ends it. */
  scrub(x: number | null): void;
  tap(x: number): void;
  /** Where the fingers were and are, px; both edges of the view follow. */
  pinch(from: readonly [number, number], to: readonly [number, number]): void;
  pinchEnd(): void;
  /** One finger moves a zoomed chart, px since the last call. */
  pan(dx: number): void;
  canPinch(): boolean;
  isZoomed(): boolean;
}

const HOLD_MS = 220;
const SLOP_PX = 9;
const SWIPE_PX = 56;
const FLICK_PX_PER_MS = 0.45;

type Mode = 'idle' | 'undecided' | 'scrub' | 'swipe' | 'pan' | 'pinch' | 'scroll';

/** A Svelte action's work: listens on the element until the function it returns is called. */
export function gestures(element: HTMLElement, deeds: Deeds): () => void {
  const fingers = new Map<number, number>();
  let mode: Mode = 'idle';
  let startX = 0;
  let startY = 0;
  let lastX = 0;
  let startedAt = 0;
  let hold: ReturnType<typeof setTimeout> | undefined;
  let pinchFrom: [number, number] = [0, 0];

  const placeOf = (event: PointerEvent): number =>
    event.clientX - element.getBoundingClientRect().left;
  const twoPlaces = (): [number, number] => {
    const [a = 0, b = 0] = [...fingers.values()];
    return [Math.min(a, b), Math.max(a, b)];
  };

  const down = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    const x = placeOf(event);
    fingers.set(event.pointerId, x);
    clearTimeout(hold);
    if (fingers.size === 2 && deeds.canPinch()) {
      mode = 'pinch';
      deeds.drag(0);
      deeds.scrub(null);
      pinchFrom = twoPlaces();
      return;
    }
    if (fingers.size > 1) return;
    mode = 'undecided';
    startX = lastX = x;
    startY = event.clientY;
    startedAt = event.timeStamp;
    hold = setTimeout(() => {
      if (mode !== 'undecided') return;
      mode = 'scrub';
      deeds.scrub(lastX);
    }, HOLD_MS);
  };

  /** A busy phone may hear what a finger did in time when the time is over. */
  const wasTakenForHeld = (event: PointerEvent): boolean =>
    mode === 'scrub' && event.timeStamp - startedAt < HOLD_MS;
  const unhold = (): void => {
    mode = 'undecided';
    deeds.scrub(null);
  };

  const decide = (event: PointerEvent, x: number): void => {
    const dx = Math.abs(x - startX);
    const dy = Math.abs(event.clientY - startY);
    if (Math.max(dx, dy) < SLOP_PX) return;
    clearTimeout(hold);
    if (dy > dx) mode = 'scroll';
    else if (deeds.isZoomed()) mode = 'pan';
    else mode = 'swipe';
    if (mode !== 'scroll') capture(event.pointerId);
  };

  const move = (event: PointerEvent): void => {
    const x = placeOf(event);
    if (event.pointerType === 'mouse' && fingers.size === 0) {
      deeds.scrub(x);
      return;
    }
    if (!fingers.has(event.pointerId)) return;
    fingers.set(event.pointerId, x);
    if (mode === 'pinch') {
      deeds.pinch(pinchFrom, twoPlaces());
      return;
    }
    if (wasTakenForHeld(event) && Math.abs(x - startX) >= SLOP_PX) unhold();
    if (mode === 'undecided') decide(event, x);
    if (mode === 'scrub') deeds.scrub(x);
    if (mode === 'swipe') deeds.drag(x - startX);
    if (mode === 'pan') deeds.pan(x - lastX);
    lastX = x;
  };

  const up = (event: PointerEvent): void => {
    const x = placeOf(event);
    if (!fingers.delete(event.pointerId)) return;
    clearTimeout(hold);
    if (mode === 'pinch') {
      deeds.pinchEnd();
      mode = fingers.size ? 'scroll' : 'idle';
      return;
    }
    if (wasTakenForHeld(event)) unhold();
    const ended = mode;
    mode = 'idle';
    if (ended === 'undecided') deeds.tap(x);
    if (ended === 'scrub' && event.pointerType !== 'mouse') deeds.scrub(null);
    if (ended === 'swipe') settle(x - startX, event.timeStamp - startedAt);
  };

  const settle = (dx: number, took_ms: number): void => {
    const flick = Math.abs(dx) > 24 && Math.abs(dx) / Math.max(1, took_ms) > FLICK_PX_PER_MS;
    if (Math.abs(dx) > SWIPE_PX || flick) deeds.swipe(dx > 0 ? -1 : 1);
    else deeds.drag(0);
  };

  const cancel = (event: PointerEvent): void => {
    fingers.delete(event.pointerId);
    clearTimeout(hold);
    if (mode === 'swipe') deeds.drag(0);
    if (mode === 'scrub') deeds.scrub(null);
    if (mode === 'pinch') deeds.pinchEnd();
    mode = 'idle';
  };

  const leave = (event: PointerEvent): void => {
    if (event.pointerType === 'mouse' && fingers.size === 0) deeds.scrub(null);
  };

  // A finger that reads values may wander up and down: the page stays where it is meanwhile.
  const hold_page = (event: TouchEvent): void => {
    if (event.cancelable && (mode === 'scrub' || mode === 'pinch' || mode === 'pan')) {
      event.preventDefault();
    }
  };
  const noMenu = (event: Event): void => {
    if (mode === 'scrub') event.preventDefault();
  };

  function capture(pointer: number): void {
    try {
      element.setPointerCapture(pointer);
    } catch {
      // The finger is gone already.
    }
  }

  const listeners: [string, (event: never) => void][] = [
    ['pointerdown', down],
    ['pointermove', move],
    ['pointerup', up],
    ['pointercancel', cancel],
    ['pointerleave', leave],
    ['touchmove', hold_page],
    ['contextmenu', noMenu],
  ];
  for (const [name, listener] of listeners) {
    element.addEventListener(name, listener as EventListener, { passive: false });
  }
  return () => {
    clearTimeout(hold);
    for (const [name, listener] of listeners) {
      element.removeEventListener(name, listener as EventListener);
    }
  };
}
