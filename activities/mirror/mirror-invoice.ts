import type { Instant } from '../../billing/instant';
import type { EmailData } from '../../templates/emails/schemas';
import { about } from '../email-facts';
import type { StripePaymentRecord } from '../ports/records';
import type { UnitOfWork } from '../ports/store';
import type { StripeInvoice } from '../ports/stripe-billing';
import type { MirrorRow } from './mirror-row';
import { isNews } from './mirrored';

type Of = MirrorRow & { now: Instant };
type Status = StripePaymentRecord['status'];

/**
 * Writes the payment of an invoice of Stripe's, and tells what is new about it: that it was paid, that
 * an attempt failed, that it was sent back. One that asks for nothing has none. Whether it changed
 * anything.
 */
export async function mirrorInvoice(
  unit: UnitOfWork,
  of: Of,
  invoice: StripeInvoice,
): Promise<boolean> {
  if (invoice.status === 'draft' || invoice.amountDueMinor === 0n) return false;
  const before = await unit.stripePayment({ stripeInvoiceId: invoice.id });
  const status = statusOf(invoice);
  const changed = await keep(unit, of, invoice, before, status);
  await tellPayment(unit, of, invoice, before, status);
  return changed;
}

async function tellPayment(
  unit: UnitOfWork,
  of: Of,
  invoice: StripeInvoice,
  before: StripePaymentRecord | undefined,
  status: Status,
): Promise<void> {
  if (status === 'failed') return tellFailure(unit, of, invoice);
  if (status === 'pending' || before?.status === status) return;
  if (status === 'succeeded' || before?.status !== 'succeeded') await tellPaid(unit, of, invoice);
  if (status === 'refunded') {
    await unit.recordEvent(of.row.id, of.now, 'refunded', {
      ...moneyOf(invoice),
      invoice_number: nameOf(invoice),
    });
  }
}

function statusOf({ status, payment, attemptCount }: StripeInvoice): Status {
  if (status === 'paid') return payment?.refunded === true ? 'refunded' : 'succeeded';
  if (status !== 'open') return 'failed';
  const waits = ['processing', 'requires_action', 'succeeded'];
  if (payment !== undefined && waits.includes(payment.intent.status)) return 'pending';
  return attemptCount > 0 ? 'failed' : 'pending';
}

async function keep(
  unit: UnitOfWork,
  { row, plan }: Of,
  invoice: StripeInvoice,
  before: StripePaymentRecord | undefined,
  status: Status,
): Promise<boolean> {
  const facts = {
    status,
    stripePaymentIntentId: invoice.payment?.intent.id ?? null,
    amountMinor: invoice.amountDueMinor,
    paidAt: invoice.paidAt,
  };
  if (before === undefined) {
    await unit.insertStripePayment({
      ...facts,
      userId: row.userId,
      subscriptionId: row.id,
      stripeInvoiceId: invoice.id,
      currency: invoice.currency,
      description: `${plan.name}, invoice ${nameOf(invoice)}`,
      createdAt: invoice.issuedAt,
    });
    return true;
  }
  const changed =
    before.status !== status ||
    before.stripePaymentIntentId !== facts.stripePaymentIntentId ||
    before.paidAt !== facts.paidAt;
  if (changed) await unit.updateStripePayment(before.id, facts);
  return changed;
}

async function tellPaid(unit: UnitOfWork, of: Of, invoice: StripeInvoice): Promise<void> {
  const { row, now } = of;
  await unit.recordEvent(row.id, now, 'invoice_paid', moneyOf(invoice));
  const paidAt = invoice.paidAt ?? now;
  if (!isNews(paidAt, now)) return;
  await unit.queueEmail({
    kind: 'receipt',
    ...about(row, invoice.id, 'paid'),
    data: { ...mailFacts(of, invoice), paid_at: paidAt },
  });
}

/** Once for each of Stripe's attempts, as far as we heard of them. */
async function tellFailure(unit: UnitOfWork, of: Of, invoice: StripeInvoice): Promise<void> {
  const { row, now } = of;
  // What is void or written off asks nobody for anything.
  if (invoice.status !== 'open') return;
  const { code, declineCode } = invoice.payment?.intent.decline ?? noPaymentMethod;
  const kind = code === 'authentication_required' ? 'authentication_required' : 'payment_failed';
  const addressed = about(row, invoice.id, `attempt ${invoice.attemptCount}`);
  if (await unit.hasEmail({ kind, ...addressed })) return;
  const next = invoice.nextAttemptAt;
  const nextAttempt = next === null ? {} : { next_attempt_at: next };
  const reason = declineCode ?? code;
  await unit.recordEvent(row.id, now, 'payment_failed', {
    ...moneyOf(invoice),
    code: reason,
    ...nextAttempt,
  });
  const data = mailFacts(of, invoice);
  await unit.queueEmail(
    kind === 'authentication_required'
      ? { kind, ...addressed, data }
      : { kind, ...addressed, data: { ...data, reason_code: reason, ...nextAttempt } },
  );
}

const noPaymentMethod = { code: 'no_payment_method', declineCode: null };

const nameOf = ({ number, id }: StripeInvoice) => number ?? id;

const moneyOf = (invoice: StripeInvoice) => ({
  stripe_invoice_id: invoice.id,
  number: nameOf(invoice),
  amount: String(invoice.amountDueMinor),
  currency: invoice.currency,
});

function mailFacts({ plan }: Of, invoice: StripeInvoice): EmailData<'invoice_issued'> {
  return {
    invoice_id: invoice.id,
    invoice_number: nameOf(invoice),
    plan_name: plan.name,
    currency: invoice.currency,
    amount_due: String(invoice.amountDueMinor),
    total: String(invoice.totalMinor),
    issued_at: invoice.issuedAt,
    ...(invoice.dueAt === null ? {} : { due_at: invoice.dueAt }),
    period_start: invoice.periodStart,
    period_end: invoice.periodEnd,
    lines: invoice.lines.map(({ description, amountMinor }) => ({
      description,
      amount: String(amountMinor),
    })),
    ...(invoice.hostedUrl === null ? {} : { hosted_url: invoice.hostedUrl }),
  };
}
