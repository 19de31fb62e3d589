import { forgetTasks, runDueTasks } from './task-runner';
import type { Dispatcher } from './webhooks/dispatcher';
import type { Cause, Scope, World } from './world';

/**
 * The one way in which anything changes: a transaction, its journal record on disk, then the webhooks that
 * it called for and whatever has fallen due.
 */
export class Engine {
  private timer: NodeJS.Timeout | undefined;
  private closed = false;
  private looking = false;

  constructor(
    readonly world: World,
    private readonly dispatcher: Dispatcher,
  ) {}

  /**
   * Runs the work in a transaction and resolves once it can't be lost any more.
   *
   * @param cause the request behind it, or null
   */
  async change<Result>(cause: Cause | null, work: (scope: Scope) => Result): Promise<Result> {
    const scope: Scope = { ...this.world, cause };
    const result = this.world.store.transact(() => work(scope));
    await this.world.store.flushed();
    this.lookAround();
    return result;
  }

  /** Brings something about by hand that would have happened by itself later. */
  bringAbout<Result>(about: string, work: (scope: Scope) => Result): Promise<Result> {
    return this.change(null, (scope) => {
      forgetTasks(scope, about);
      return work(scope);
    });
  }

  /** Takes up what was left undone when the process ended. */
  resume(): void {
    this.lookAround();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  /** Starts what is due, once for all changes of this round of the event loop. */
  private lookAround(): void {
    if (this.looking || this.closed) {
      return;
    }
    this.looking = true;
    setImmediate(() => {
      this.looking = false;
      if (!this.closed) {
        this.runTasks();
        // A failing disk is reported to the requests; here it only means that nothing may be sent.
        this.world.store.flushed().then(
          () => this.dispatcher.kick(),
          () => undefined,
        );
      }
    });
  }

  private runTasks(): void {
    if (this.world.store.tables.tasks.size === 0) {
      return;
    }
    const scope: Scope = { ...this.world, cause: null };
    const next = this.world.store.transact(() => runDueTasks(scope, Date.now()));
    clearTimeout(this.timer);
    if (next !== null) {
      this.timer = setTimeout(() => this.lookAround(), Math.max(1, next - Date.now()));
    }
  }
}
