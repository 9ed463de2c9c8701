/** A chart under a keyboard: what fingers do, each by a key. */

export interface KeyDeeds {
  /** To the next slot that way. */
  step: (by: -1 | 1) => void;
  first: () => void;
  /** Nothing read, the whole shown. */
  leave: () => void;
  /** Go into what is read. */
  enter: () => void;
  move: (direction: -1 | 1) => void;
  zoom: (factor: number) => void;
}

export function keys(deeds: KeyDeeds): (event: KeyboardEvent) => void {
  const byKey: Record<string, () => void> = {
    ArrowLeft: () => {
      deeds.step(-1);
    },
    ArrowRight: () => {
      deeds.step(1);
    },
    Home: deeds.first,
    Escape: deeds.leave,
    Enter: deeds.enter,
    PageUp: () => {
      deeds.move(-1);
    },
    PageDown: () => {
      deeds.move(1);
    },
    '+': () => {
      deeds.zoom(0.5);
    },
    '-': () => {
      deeds.zoom(2);
    },
  };
  return (event) => {
    const deed = byKey[event.key];
    if (!deed || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    deed();
  };
}
