/** Counts what runs, and tells when nothing does. */
export class Running {
  #count = 0;
  #waiting: (() => void)[] = [];

  get busy(): boolean {
    return this.#count > 0;
  }

  async track<T>(work: () => Promise<T>): Promise<T> {
    this.#count += 1;
    try {
      return await work();
    } finally {
      this.#count -= 1;
      if (this.#count === 0) for (const resolve of this.#waiting.splice(0)) resolve();
    }
  }

  async idle(): Promise<void> {
    while (this.busy) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
  }
}
