import { settleInvoiceOf } from './subscriptions/collect-invoice';
import { settleSlowPayment } from './payments/charge';
import { openDispute } from './payments/dispute';
import { settleRefund } from './payments/refund';
import { instrumentByNumber } from './outcomes';
import type { TaskRow } from './store/rows';
import type { Scope } from './world';

/**
 * Does everything that is due by itself, in a transaction of its caller.
 *
 * @param now real time, milliseconds since 1970
 * @returns when the next thing will be due, or null when nothing has a time
 */
export function runDueTasks(scope: Scope, now: number): number | null {
  const { tasks } = scope.store.tables;
  let next: number | null = null;
  for (const [id, task] of [...tasks.oldestFirst()]) {
    if (task.dueAt === null) {
      continue;
    }
    if (task.dueAt <= now) {
      tasks.delete(id);
      run(scope, task);
    } else {
      next = Math.min(next ?? Infinity, task.dueAt);
    }
  }
  return next;
}

/** Forgets what was to happen by itself to something, because it has been brought about by hand. */
export function forgetTasks(scope: Scope, about: string): void {
  const { tasks } = scope.store.tables;
  for (const [id, task] of [...tasks.oldestFirst()]) {
    if (subjectOf(task) === about) {
      tasks.delete(id);
    }
  }
}

function subjectOf(task: TaskRow): string {
  if (task.kind === 'settle_refund') {
    return task.refund;
  }
  return task.kind === 'settle_payment' ? task.paymentIntent : task.charge;
}

function run(scope: Scope, task: TaskRow): void {
  switch (task.kind) {
    case 'settle_refund':
      settleRefund(scope, task.refund, task.outcome);
      return;
    case 'settle_payment':
      settleSlowPayment(scope, task.paymentIntent, 'as_the_account_does');
      settleInvoiceOf(scope, task.paymentIntent);
      return;
    case 'open_dispute':
      disputeAsTheCardSays(scope, task.charge);
  }
}

function disputeAsTheCardSays(scope: Scope, id: string): void {
  const charge = scope.store.tables.charges.get(id)?.object;
  const method = scope.store.tables.payment_methods.get(charge?.payment_method ?? '');
  const kind = instrumentByNumber(method?.instrument ?? '')?.dispute;
  if (kind && charge?.disputed === false) {
    openDispute(scope, id, kind);
  }
}
