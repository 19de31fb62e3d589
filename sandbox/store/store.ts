import { DiskJournal, forgetfulJournal, type Journal } from './journal';
import type { Rows, TableName } from './rows';
import { Table, type ChangeListener } from './table';

type Tables = { [Name in TableName]: Table<Rows[Name]> };

/** One row of the journal: the row as it is after the change, or null when it is gone. */
type Change<Name extends TableName> = { table: Name; id: string; row: Rows[Name] | null };

interface OpenTransaction {
  undo: (() => void)[];
  changed: Map<string, () => string>;
}

/** Decides, when the journal is compacted, what is too old to be kept. */
export type Retention = (tables: Tables) => void;

/**
 * Everything that the sandbox remembers. Reading is free; writing happens inside `transact`, which is
 * synchronous, so that no request ever sees half of another one.
 */
export class Store {
  readonly tables: Tables;
  private open: OpenTransaction | null = null;
  private journal: Journal = forgetfulJournal;

  /**
   * @param folder where the state lives; without one it is forgotten at the end
   * @param retention called inside a transaction before each compaction
   */
  constructor(folder: string | undefined, retention: Retention) {
    const listener: ChangeListener = { changed: (change) => this.note(change) };
    this.tables = createTables(listener);
    if (folder !== undefined) {
      this.journal = DiskJournal.open(folder, {
        replay: (record) => this.replay(record),
        snapshot: () => this.snapshot(retention),
      });
    }
  }

  /** Runs the work and keeps all its changes, or none of them when it throws. */
  transact<Result>(work: () => Result): Result {
    if (this.open !== null) {
      throw new Error('a transaction of the sandbox may not be opened inside another one');
    }
    const transaction: OpenTransaction = { undo: [], changed: new Map() };
    this.open = transaction;
    try {
      const result = work();
      this.write(transaction);
      return result;
    } catch (error) {
      for (const undo of transaction.undo.toReversed()) {
        undo();
      }
      throw error;
    } finally {
      this.open = null;
    }
  }

  /** Resolves once everything committed so far survives a crash. */
  flushed(): Promise<void> {
    return this.journal.flushed();
  }

  close(): Promise<void> {
    return this.journal.close();
  }

  private note(change: Parameters<ChangeListener['changed']>[0]): void {
    if (this.open === null) {
      change.undo();
      throw new Error('the sandbox may only be changed inside a transaction');
    }
    this.open.undo.push(change.undo);
    this.open.changed.set(change.key, change.serialise);
  }

  private write(transaction: OpenTransaction): void {
    if (transaction.changed.size === 0) {
      return;
    }
    const changes = [...transaction.changed.values()].map((serialise) => serialise());
    this.journal.append(`[${changes.join(',')}]`);
  }

  private replay(record: string): void {
    const changes: Change<TableName>[] = JSON.parse(record);
    for (const change of changes) {
      restore(this.tables, change);
    }
  }

  private *snapshot(retention: Retention): Generator<string> {
    this.transact(() => retention(this.tables));
    for (const table of Object.values(this.tables)) {
      for (const [id] of table.oldestFirst()) {
        yield `[${table.serialise(id)}]`;
      }
    }
  }
}

function restore<Name extends TableName>(tables: Tables, change: Change<Name>): void {
  const table: Table<Rows[Name]> = tables[change.table];
  table.restore(change.id, change.row);
}

function createTables(listener: ChangeListener): Tables {
  return {
    customers: new Table('customers', listener),
    payment_methods: new Table('payment_methods', listener),
    setup_intents: new Table('setup_intents', listener),
    payment_intents: new Table('payment_intents', listener),
    charges: new Table('charges', listener),
    refunds: new Table('refunds', listener),
    disputes: new Table('disputes', listener),
    subscriptions: new Table('subscriptions', listener),
    invoices: new Table('invoices', listener),
    events: new Table('events', listener),
    webhook_endpoints: new Table('webhook_endpoints', listener),
    deliveries: new Table('deliveries', listener),
    answers: new Table('answers', listener),
    tasks: new Table('tasks', listener),
  };
}
