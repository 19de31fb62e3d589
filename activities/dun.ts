import { classifyDecline, planNextAttempt, type DeclineClass } from '../billing/dunning';
import { addDays, type Instant } from '../billing/instant';
import { isLive } from '../billing/subscription';
import { planOf } from './plan-of';
import { digestCharged } from './digest';
import { about, cardOf, consequence, invoiceFacts } from './email-facts';
import { outstandingOf } from './outstanding';
import type { Decline } from './ports/payments';
import type { InvoiceRecord, PlanRecord, SubscriptionRecord } from './ports/records';
import type { UnitOfWork } from './ports/store';
import { transitionOf } from './refusal';
import type { Concerned } from './settlement';

/** Plans the next attempt and the final action, and tells the customer which they are. */
export async function dun(
  unit: UnitOfWork,
  { subscription, invoice, attempt, now }: Concerned,
  decline: Decline,
): Promise<SubscriptionRecord> {
  const plan = await planOf(unit, subscription);
  const firstFailedAt = invoice.firstFailedAt ?? now;
  const declineClass = classifyDecline(decline.code, decline.declineCode);
  const planned = plannedFor(subscription, plan, { firstFailedAt, declineClass, now });
  // Who has left is not charged again, but keeps the time to pay that they were given.
  const live = isLive(subscription.status);
  // Its schedule came to its end before: a new card that declines too begins no other.
  const over = invoice.firstFailedAt !== null && invoice.finalActionAt === null;
  const planEnd = over ? null : planned.finalActionAt;
  const finalActionAt = live ? planEnd : (invoice.finalActionAt ?? planned.finalActionAt);
  const card = await unit.defaultPaymentMethod(subscription.userId);
  const newCard =
    card !== undefined && attempt !== undefined && card.id !== attempt.paymentMethodId;
  const nextAttemptAt = !live ? undefined : newCard ? now : planned.nextAttemptAt;
  const failing = await unit.updateInvoice(invoice, {
    firstFailedAt,
    nextAttemptAt: nextAttemptAt ?? null,
    nextReminderAt: live && nextAttemptAt === undefined ? (planned.reminderAt ?? null) : null,
    finalActionAt,
  });
  await unit.recordEvent(subscription.id, now, 'payment_failed', {
    invoice_id: invoice.id,
    number: invoice.number,
    amount: String(outstandingOf(invoice)),
    currency: invoice.currency,
    code: decline.declineCode ?? decline.code,
    ...(nextAttemptAt === undefined ? {} : { next_attempt_at: nextAttemptAt }),
  });
  const facts = {
    ...(await invoiceFacts(unit, failing, plan)),
    ...(await cardOf(unit, subscription)),
    ...consequence(failing, plan),
  };
  const failures = (await unit.attempts(invoice.id)).filter(({ status }) => status === 'failed');
  const addressed = about(subscription, invoice.id, `failure ${failures.length}`);
  if (await digestCharged(unit, subscription, plan, failing, 'failed')) {
    // The mail that lists the invoices of an outage tells this as well.
  } else if (decline.code === 'authentication_required') {
    await unit.queueEmail({ kind: 'authentication_required', ...addressed, data: facts });
  } else {
    await unit.queueEmail({
      kind: 'payment_failed',
      ...addressed,
      data: {
        ...facts,
        reason_code: decline.declineCode ?? decline.code,
        ...(nextAttemptAt === undefined ? {} : { next_attempt_at: nextAttemptAt }),
      },
    });
  }
  const { status } = transitionOf(subscription, 'payment_past_due');
  return unit.updateSubscription(subscription, { status });
}

/** When an invoice that only its customer can still pay is spoken of again. */
export function nextReminder(
  subscription: SubscriptionRecord,
  plan: PlanRecord,
  { firstFailedAt }: InvoiceRecord,
  now: Instant,
): Instant | undefined {
  if (firstFailedAt === null) return undefined;
  const declineClass = 'needs_customer';
  return plannedFor(subscription, plan, { firstFailedAt, declineClass, now }).reminderAt;
}

function plannedFor(
  { timeZone }: SubscriptionRecord,
  { dunning: policy }: PlanRecord,
  failure: { firstFailedAt: Instant; declineClass: DeclineClass; now: Instant },
) {
  const { firstFailedAt, declineClass, now } = failure;
  // How many of the schedule's days are over: what a new card tried in between moves none of them.
  const passed = policy.retryDays.filter((day) => addDays(firstFailedAt, day, timeZone) <= now);
  return planNextAttempt({
    policy,
    firstFailedAt,
    attemptsMade: 1 + passed.length,
    declineClass,
    timeZone,
  });
}
