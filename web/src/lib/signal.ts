/** Something that happens, for whoever wants to hear of it. */
export class Signal<T = void> {
  readonly #hearers = new Set<(value: T) => void>();

  /** The function that comes back ends it. */
  on(hear: (value: T) => void): () => void {
    this.#hearers.add(hear);
    return () => {
      this.#hearers.delete(hear);
    };
  }

  emit(value: T): void {
    for (const hear of [...this.#hearers]) hear(value);
  }
}

/** Several ways to stop as one. */
export const together =
  (...stops: readonly (() => void)[]) =>
  (): void => {
    for (const stop of stops) stop();
  };
