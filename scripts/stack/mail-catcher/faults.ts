/** A switch with which tests make the server refuse mail for a while. */
export class Faults {
  #left = 0;
  #code = 451;

  /** Refuses the next `count` messages with an SMTP code: 4xx means try again later, 5xx never. */
  refuseNext(count: number, code: number): void {
    this.#left = count;
    this.#code = code;
  }

  get state(): { refuse_next: number; code: number } {
    return { refuse_next: this.#left, code: this.#code };
  }

  /** The code with which this message is refused; undefined lets it in. */
  take(): number | undefined {
    if (this.#left === 0) return undefined;
    this.#left -= 1;
    return this.#code;
  }
}
