/** A pause that can be ended early; a wake-up that comes before the pause is not lost. */
export class Waker {
  #woken = false;
  #end: (() => void) | undefined;

  wake(): void {
    this.#woken = true;
    this.#end?.();
  }

  /** Waits, at most this long. @returns Whether it was woken. */
  async pause(ms: number): Promise<boolean> {
    if (!this.#woken) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      await new Promise<void>((resolve) => {
        this.#end = resolve;
        // Longer timers overflow and fire at once.
        timer = setTimeout(resolve, Math.min(ms, 2 ** 31 - 1));
      });
      clearTimeout(timer);
      this.#end = undefined;
    }
    const woken = this.#woken;
    this.#woken = false;
    return woken;
  }
}
