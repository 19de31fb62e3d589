/** Told of every change, so that a transaction can take it back or write it down. */
export interface ChangeListener {
  changed(change: { key: string; undo: () => void; serialise: () => string }): void;
}

/**
 * One kind of row in memory, in the order of creation. Rows are never edited in place: a change puts a
 * new row under the same id.
 */
export class Table<Row> {
  private readonly rows = new Map<string, { row: Row; position: number }>();
  private order: (string | undefined)[] = [];

  constructor(
    private readonly name: string,
    private readonly listener: ChangeListener,
  ) {}

  get size(): number {
    return this.rows.size;
  }

  has(id: string): boolean {
    return this.rows.has(id);
  }

  get(id: string): Row | undefined {
    return this.rows.get(id)?.row;
  }

  put(id: string, row: Row): void {
    const before = this.rows.get(id)?.row;
    this.restore(id, row);
    this.note(id, () => this.restore(id, before ?? null));
  }

  delete(id: string): void {
    const before = this.rows.get(id)?.row;
    if (before === undefined) {
      return;
    }
    this.restore(id, null);
    this.note(id, () => this.restore(id, before));
  }

  /** Sets or removes (null) a row without telling anyone: for reading the journal and for undoing. */
  restore(id: string, row: Row | null): void {
    const known = this.rows.get(id);
    if (row === null) {
      if (known !== undefined) {
        this.rows.delete(id);
        this.order[known.position] = undefined;
        this.trim();
      }
    } else if (known === undefined) {
      this.rows.set(id, { row, position: this.order.length });
      this.order.push(id);
    } else {
      known.row = row;
    }
  }

  /** Rows from the oldest to the newest. */
  *oldestFirst(): Generator<[string, Row]> {
    for (const [id, { row }] of this.rows) {
      yield [id, row];
    }
  }

  /** Rows from the newest to the oldest, beginning after the given id when there is one. */
  *newestFirst(after?: string): Generator<[string, Row]> {
    const from = after === undefined ? this.order.length : (this.rows.get(after)?.position ?? 0);
    for (let position = from - 1; position >= 0; position -= 1) {
      yield* this.at(position);
    }
  }

  /** Rows that are newer than the given id, the nearest first. */
  *newerThan(id: string): Generator<[string, Row]> {
    const from = this.rows.get(id)?.position ?? this.order.length;
    for (let position = from + 1; position < this.order.length; position += 1) {
      yield* this.at(position);
    }
  }

  /** The row (or its absence) as one JSON change of the journal. */
  serialise(id: string): string {
    return JSON.stringify({ table: this.name, id, row: this.get(id) ?? null });
  }

  private *at(position: number): Generator<[string, Row]> {
    const id = this.order[position];
    const entry = id === undefined ? undefined : this.rows.get(id);
    if (id !== undefined && entry !== undefined) {
      yield [id, entry.row];
    }
  }

  private note(id: string, undo: () => void): void {
    this.listener.changed({
      key: `${this.name} ${id}`,
      undo,
      serialise: () => this.serialise(id),
    });
  }

  /** Keeps the order from growing for ever in a table whose rows come and go. */
  private trim(): void {
    if (this.order.length < 1000 || this.order.length < 2 * this.rows.size) {
      return;
    }
    this.order = [];
    for (const [id, entry] of this.rows) {
      entry.position = this.order.length;
      this.order.push(id);
    }
  }
}
