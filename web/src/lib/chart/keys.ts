/** A chart under a keyboard: what fingers do, each by a key. */

export interface KeyDeeds {
  /** To the next slot that way. */
  step: (by: -1 | 1) => void;
  first: () => void;
  /** Nothing read, the whole shown. */
  leave: () => void;
  /** Go into what is read. */
  enter: () => void;
  /** Undefined where there is no other period: the keys are the page's. */
  move?: ((direction: -1 | 1) => void) | undefined;
  zoom: (factor: number) => void;
}

export function keys(deeds: KeyDeeds): (event: KeyboardEvent) => void {
  const { move } = deeds;
  const byKey: Record<string, () => void> = {
    ...(move && {
      PageUp: () => {
        move(-1);
      },
      PageDown: () => {
        move(1);
      },
    }),
    ArrowLeft: () => {
      deeds.step(-1);
    },
    ArrowRight: () => {
      deeds.step(1);
    },
    Home: deeds.first,
    Escape: deeds.leave,
    Enter: deeds.enter,
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
