import type { Scope } from './world';
import type { TaskRow } from './store/rows';

/** Notes something that is to happen by itself later, in the transaction that brings it about. */
export function schedule(scope: Scope, task: TaskRow): void {
  const { tasks } = scope.store.tables;
  tasks.put(
    scope.ids.mint('task', (id) => tasks.has(id)),
    task,
  );
}
