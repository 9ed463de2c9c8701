/** A drawing that follows the finger sideways and comes in from a side; still where motion is not wanted. */

const REST = 'translateX(0)';
const SLIDE: KeyframeAnimationOptions = { duration: 180, easing: 'ease-out' };

const shift = (dx: number): string => `translateX(${String(Math.round(dx))}px)`;

export class Slide {
  #dragged = 0;
  #still = matchMedia('(prefers-reduced-motion: reduce)');
  #drawing: () => SVGGElement | null;

  constructor(drawing: () => SVGGElement | null) {
    this.#drawing = drawing;
  }

  /** `dx`: px from where the finger came down; 0 lets go. */
  drag(dx: number): void {
    const drawing = this.#drawing();
    if (!drawing) return;
    if (dx === 0 && this.#dragged !== 0 && !this.#still.matches) {
      drawing.animate([{ transform: shift(this.#dragged) }, { transform: REST }], SLIDE);
    }
    this.#dragged = dx;
    drawing.style.transform = dx === 0 ? '' : shift(dx);
  }

  /** From `from_px` beside its place. */
  enter(from_px: number): void {
    const drawing = this.#drawing();
    if (!drawing) return;
    drawing.style.transform = '';
    this.#dragged = 0;
    if (this.#still.matches) return;
    drawing.animate(
      [
        { transform: shift(from_px), opacity: 0.2 },
        { transform: REST, opacity: 1 },
      ],
      SLIDE,
    );
  }
}
