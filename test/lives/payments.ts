import { close, open, takeBack } from './invoicing';
import { applyChange, dropWaitingChange } from './changes';
import {
  days,
  isFailing,
  isLive,
  isPastDue,
  outstanding,
  unsettled,
  type Invoice,
  type State,
} from './state';

/** Days after the first failure on which an invoice is tried again; the last one decides. */
const retryDays = [1, 3, 5, 7];

/** One charge of what is due; the card's state at this instant is its fate. Whether it went through. */
export function charge(state: State, invoice: Invoice): boolean {
  invoice.attemptAt = undefined;
  invoice.attempts += 1;
  if (state.card === 'good') paid(state, invoice);
  else declined(state, invoice);
  return state.card === 'good';
}

function paid(state: State, invoice: Invoice): void {
  invoice.amountPaid = outstanding(invoice);
  close(invoice, 'paid');
  if (state.status === 'incomplete') {
    state.status = 'active';
    return;
  }
  if (state.pending?.waits?.invoice === invoice) {
    applyChange(state, state.pending);
    return;
  }
  // The card that paid this one is tried on the others, one after another.
  const next = unsettled(state).find(isFailing);
  if (next !== undefined) next.attemptAt = state.now;
  recover(state);
}

/** Past due ends with the last debt; what was drafted while it was unpaid is then issued. */
function recover(state: State): void {
  const { status } = state;
  if (status !== 'past_due' && status !== 'unpaid') return;
  const left = unsettled(state);
  if (left.some(isPastDue)) return;
  state.status = 'active';
  for (const invoice of left) if (invoice.status === 'draft') open(state, invoice);
}

function declined(state: State, invoice: Invoice): void {
  if (state.status === 'incomplete') {
    takeBack(state, invoice);
    state.status = 'incomplete_expired';
    return;
  }
  if (state.pending?.waits?.invoice === invoice) {
    dropWaitingChange(state);
    return;
  }
  // No schedule tries again what is sent, or was given up.
  if (invoice.sent || invoice.status === 'uncollectible') return;
  const isOver = invoice.firstFailedAt !== undefined && invoice.finalAt === undefined;
  const failedAt = (invoice.firstFailedAt ??= state.now);
  const retries = retryDays.map((day) => days(state, failedAt, day));
  if (!isLive(state)) {
    invoice.finalAt ??= retries.at(-1);
    return;
  }
  invoice.finalAt = isOver ? undefined : retries.at(-1);
  invoice.attemptAt = retries.find((at) => at > state.now);
  if (state.status === 'active') state.status = 'past_due';
}

/** Nobody paid to the end: the plan's policy says whether the claim is given up, and what else. */
export function giveUp(state: State, invoice: Invoice): void {
  if (!isLive(state)) {
    writeOff(state, invoice);
    return;
  }
  if (state.plan.ending !== 'cancel') {
    invoice.finalAt = undefined;
    if (state.plan.ending === 'unpaid' && state.status === 'past_due') state.status = 'unpaid';
    return;
  }
  for (const other of unsettled(state)) writeOff(state, other);
  Object.assign(state, {
    status: 'canceled',
    endsAtPeriodEnd: false,
    resumeAt: undefined,
    pending: undefined,
  } satisfies Partial<State>);
}

function writeOff(state: State, invoice: Invoice): void {
  if (invoice.status === 'draft') takeBack(state, invoice);
  else close(invoice, 'uncollectible');
}
