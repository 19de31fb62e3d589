import type { Instant } from './instant';
import type { InvoiceStatus } from './invoice';
import { isLive, type SubscriptionStatus } from './subscription';

/** An invoice that is not settled yet, as far as time concerns it. */
export interface OpenInvoice {
  id: string;
  /** Present while it asks for no money yet. */
  draft?: true;
  /** Present when the customer pays it; absent when we charge the saved payment method. */
  sent?: true;
  /** Present when its schedule of retries is over: it waits for its customer, and holds up no other. */
  rests?: true;
  /** When to charge it next, or, for a sent one, when to make its payment intent. */
  attemptAt?: Instant;
  reminderAt?: Instant;
  /** Present until it has been marked overdue. */
  dueAt?: Instant;
  /** When the policy's final action falls. */
  finalAt?: Instant;
}

/**
 * What the workflow of a subscription must know to wait for the right thing: a view of its row and
 * its open invoices, small because every step's copy stays in the workflow's history. Instants are
 * ISO-8601 UTC.
 */
export interface SubscriptionState {
  /** The row's revision: of two states the higher is the newer. */
  revision: number;
  status: SubscriptionStatus;
  /** The current cycle's number. */
  cycle: number;
  /** Where the current cycle ends: it renews, starts after its trial, or is canceled there. */
  boundaryAt?: Instant;
  /** Present when the subscription ends at the boundary. */
  ends?: true;
  /** While incomplete: when it gives up. */
  expiresAt?: Instant;
  /** Agreed for the future: when it starts. */
  startsAt?: Instant;
  /** When the customer is told that the trial ends. */
  trialNoticeAt?: Instant;
  /** When a pause ends by itself. */
  resumeAt?: Instant;
  /** When a change that nobody pays for is given up. */
  changeExpiresAt?: Instant;
  /** Oldest period first. */
  invoices: OpenInvoice[];
}

/** What of a subscription's row its schedule depends on. */
export interface ScheduledSubscription {
  revision: number;
  status: SubscriptionStatus;
  cycle: number;
  currentPeriodEnd: Instant;
  expiresAt: Instant | null;
  startsAt: Instant | null;
  trialNoticeAt: Instant | null;
  resumeAt: Instant | null;
  pendingChange: { expiresAt?: Instant } | null;
  cancelAtPeriodEnd: boolean;
}

/** What of an unsettled invoice's row its schedule depends on. */
export interface ScheduledInvoice {
  id: string;
  status: InvoiceStatus;
  collectionMethod: 'charge_automatically' | 'send_invoice';
  dueAt: Instant;
  overdueAt: Instant | null;
  firstFailedAt: Instant | null;
  nextAttemptAt: Instant | null;
  nextReminderAt: Instant | null;
  finalActionAt: Instant | null;
}

/** Whether the schedule of retries of an open invoice that we charge has come to its end. */
export const isAtRest = ({
  firstFailedAt,
  nextAttemptAt,
  finalActionAt,
}: Pick<ScheduledInvoice, 'firstFailedAt' | 'nextAttemptAt' | 'finalActionAt'>): boolean =>
  firstFailedAt !== null && nextAttemptAt === null && finalActionAt === null;

/** The state of a subscription by its row and its unsettled invoices, oldest period first. */
export function stateFrom(
  subscription: ScheduledSubscription,
  invoices: readonly ScheduledInvoice[],
): SubscriptionState {
  const { revision, status, cycle, currentPeriodEnd, expiresAt, startsAt } = subscription;
  const { trialNoticeAt, resumeAt, pendingChange } = subscription;
  return {
    revision,
    status,
    cycle,
    ...(isLive(status) && status !== 'incomplete' ? { boundaryAt: currentPeriodEnd } : {}),
    ...(subscription.cancelAtPeriodEnd ? { ends: true } : {}),
    ...(status === 'incomplete' && expiresAt !== null ? { expiresAt } : {}),
    ...(status === 'incomplete' && startsAt !== null ? { startsAt } : {}),
    ...(status === 'trialing' && trialNoticeAt !== null ? { trialNoticeAt } : {}),
    ...(status === 'paused' && resumeAt !== null ? { resumeAt } : {}),
    ...(pendingChange?.expiresAt === undefined ? {} : { changeExpiresAt: pendingChange.expiresAt }),
    invoices: invoices.map(openInvoice),
  };
}

function openInvoice(invoice: ScheduledInvoice): OpenInvoice {
  if (invoice.status === 'draft') return { id: invoice.id, draft: true };
  const { id, collectionMethod, nextAttemptAt, nextReminderAt, dueAt, overdueAt } = invoice;
  const sent = collectionMethod === 'send_invoice';
  return {
    id,
    ...(sent ? { sent } : {}),
    ...(!sent && isAtRest(invoice) ? { rests: true } : {}),
    ...(nextAttemptAt === null ? {} : { attemptAt: nextAttemptAt }),
    ...(nextReminderAt === null ? {} : { reminderAt: nextReminderAt }),
    ...(sent && overdueAt === null ? { dueAt } : {}),
    ...(invoice.finalActionAt === null ? {} : { finalAt: invoice.finalActionAt }),
  };
}
